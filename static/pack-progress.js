// While a pack is being made: looks every three seconds where it stands, and shows the page anew once it is ready.
// Asking by script does not keep the session alive. Without script the page reloads itself.
const waiting = document.querySelector("[data-pack-state-url]");
const shown = waiting?.querySelector("[data-pack-state]");
const EVERY = 3000;
const AT_MOST = 200;
let asked = 0;

async function look() {
  asked += 1;
  try {
    const answer = await fetch(waiting.dataset.packStateUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    const state = await answer.json();
    if (state.is_ready) {
      location.reload();
      return;
    }
    if (shown.textContent !== state.label) shown.textContent = state.label;
  } catch {
    // The connection failed; the next look may succeed.
  }
  if (asked < AT_MOST) setTimeout(look, EVERY);
}

if (waiting && shown) setTimeout(look, EVERY);

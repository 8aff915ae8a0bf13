// On the receipt, while a pack is being made: looks every three seconds and shows where each pack stands.
// Asking by script does not keep the session alive. Without script there is the link below the list.
const list = document.querySelector("[data-packs]");
const EVERY = 3000;
const AT_MOST = 200;
let asked = 0;

function isWaiting() {
  return list.querySelector("progress") !== null;
}

async function look() {
  asked += 1;
  try {
    const answer = await fetch(list.dataset.packs, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
    // Signed out meanwhile, the answer is another page.
    if (!answer.ok || answer.redirected) return;
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (list.textContent !== shown.textContent) list.replaceChildren(...shown.childNodes);
  } catch {
    // The connection failed; the next look may succeed.
  }
  if (isWaiting() && asked < AT_MOST) setTimeout(look, EVERY);
}

if (list && isWaiting()) setTimeout(look, EVERY);

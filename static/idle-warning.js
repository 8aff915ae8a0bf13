// Warns before a session ends and offers to stay signed in. The server decides: this only asks it and shows the answer.
// Looking at the time left is no activity; pressing "Stay signed in" is, by a POST.

const ASK_AGAIN_MS = 15000;

export function watchIdleTime(doc) {
  const dialog = doc.querySelector("[data-idle-warning]");
  if (!dialog || typeof dialog.showModal !== "function") return;

  const { leftUrl, endedUrl, warnSeconds } = dialog.dataset;
  const form = dialog.querySelector("form");
  const remaining = dialog.querySelector("[data-idle-remaining]");
  const warnAt = Number(warnSeconds);
  let endsAt = Date.now() + Number(dialog.dataset.secondsLeft) * 1000;
  let spoken = "";

  const secondsLeft = () => Math.max(0, Math.round((endsAt - Date.now()) / 1000));

  const say = (seconds) => {
    const minutes = Math.ceil(seconds / 60);
    const text = seconds > 60 ? `${minutes} minutes` : seconds > 20 ? "1 minute" : "a few seconds";
    if (text !== spoken) {
      spoken = text;
      remaining.textContent = text;
    }
  };

  async function ask() {
    const response = await fetch(leftUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (response.status === 401 || response.redirected) {
      endsAt = Date.now(); // signed out in another window, or over
    } else if (response.ok) {
      endsAt = Date.now() + (await response.json()).seconds_left * 1000;
    }
  }

  function end() {
    // What is on the page is handed to the server, which keeps it sealed for the same person's next sign-in.
    const kept = doc.querySelector("form[data-keep-when-signed-out]");
    if (kept) {
      HTMLFormElement.prototype.submit.call(kept);
    } else {
      doc.body.replaceChildren();
      doc.defaultView.location.replace(endedUrl);
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const response = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
      });
      if (!response.ok || response.redirected) throw new Error("not extended");
      endsAt = Date.now() + (await response.json()).seconds_left * 1000;
      dialog.close();
    } catch {
      remaining.textContent = "very little time: the portal could not be reached. Try again";
    }
  });

  let lastAsked = 0;
  setInterval(async () => {
    if (secondsLeft() > warnAt) {
      if (dialog.open) dialog.close();
      return;
    }
    // Another window may have been used meanwhile: ask before warning, and again before ending.
    if (Date.now() - lastAsked > ASK_AGAIN_MS || secondsLeft() <= 1) {
      lastAsked = Date.now();
      await ask().catch(() => {});
      if (secondsLeft() > warnAt) {
        if (dialog.open) dialog.close();
        return;
      }
    }
    if (secondsLeft() <= 0) {
      end();
      return;
    }
    say(secondsLeft());
    if (!dialog.open) dialog.showModal();
  }, 1000);
}

// Leave this page quickly. Without script the control is a plain link; with it the page is blanked at once and its
// place in the history is taken by the neutral page, so that Back does not return here.

const PRESSES = 3;
const WITHIN_MS = 5000;

export function watchLeaveControl(doc) {
  const controls = doc.querySelectorAll("[data-leave-page]");
  if (controls.length === 0) return;

  const leave = () => {
    doc.title = "";
    doc.body.replaceChildren();
    doc.defaultView.location.replace(controls[0].href);
  };
  for (const control of controls) {
    control.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  }

  // Shift three times, as on other public services. Shift with another key is ordinary typing and starts the count again.
  const status = doc.querySelector("[data-leave-status]");
  let presses = [];
  doc.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
    if (presses.length >= PRESSES) {
      leave();
    } else if (status && presses.length === PRESSES - 1) {
      status.textContent = "Press Shift once more to leave this page.";
      setTimeout(() => { status.textContent = ""; }, WITHIN_MS);
    }
  });

  // A page brought back whole from the browser's memory would skip the sign-in check.
  doc.defaultView.addEventListener("pageshow", (event) => {
    if (event.persisted) doc.defaultView.location.reload();
  });
}

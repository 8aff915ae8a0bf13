// Adds to pages that already work without it: nothing here is needed to file or read a referral.
import { initAll } from "./vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";
import { watchLeaveControl } from "./leave-page.js";
import { watchIdleTime } from "./idle-warning.js";

initAll();
watchLeaveControl(document);
watchIdleTime(document);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Locks the screen of a page that nobody uses: after 15 minutes it is replaced by the sign-in page. Everything
// else works without script. Nothing is stored in the browser.
const LOCK_AFTER = 15 * 60 * 1000;
const WARN_BEFORE = 2 * 60 * 1000;

document.body.classList.add("js-enabled");

const summary = document.querySelector("[data-module='nhsuk-error-summary']");
if (summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

if (document.querySelector(".app-header__reader")) {
  let last = Date.now();
  let notice = null;
  const used = () => {
    last = Date.now();
    if (notice) {
      notice.remove();
      notice = null;
    }
  };
  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    document.addEventListener(kind, used, { passive: true });
  }
  const warn = () => {
    notice = document.createElement("div");
    notice.className = "app-lock";
    notice.setAttribute("role", "alert");
    notice.textContent = "This screen will be locked in less than two minutes. Press any key to keep it open.";
    document.body.append(notice);
  };
  setInterval(() => {
    const idle = Date.now() - last;
    if (idle > LOCK_AFTER) {
      location.replace("/locked");
    } else if (idle > LOCK_AFTER - WARN_BEFORE && !notice) {
      warn();
    }
  }, 5000);
  // A page that comes back from the browser's own memory is asked for anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

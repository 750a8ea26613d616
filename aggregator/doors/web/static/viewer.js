// Locks the screen of a page that nobody uses: after 15 minutes it is replaced by the sign-in page. Figures of a
// replay that is going on renew themselves. Everything else works without script. Nothing is stored in the browser.
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

// A page of something that is still going on fetches itself anew until it is over: the figures change, the focus
// and the place on the page stay. It does not count as use of the page, so the screen still locks.
const going = document.querySelector("[data-again]");
if (going) {
  const status = document.querySelector("[role='status']");
  const again = async () => {
    const reply = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!reply || !reply.ok) return; // signed out, or not reached: what is shown stays, with its time
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    const now = fresh.getElementById(going.id);
    if (!now) return;
    going.replaceChildren(...now.childNodes);
    const said = fresh.querySelector("[role='status']").textContent;
    if (said !== status.textContent) status.textContent = said; // told aloud once, when it is over
    if (now.dataset.again) setTimeout(again, now.dataset.again * 1000);
  };
  setTimeout(again, going.dataset.again * 1000);
}

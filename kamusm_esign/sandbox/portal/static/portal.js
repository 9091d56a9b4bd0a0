// Adds to the code page what HTML cannot do alone: countdown, copy button, live result.
"use strict";
(() => {
  const state = document.getElementById("state");
  if (!state) return;
  const fill = (text, seconds) => text.replace("{seconds}", String(seconds));
  const spokenAt = new Set([60, 30, 10]);

  const time = document.getElementById("time");
  if (time) {
    // Counted from the page's own steady clock: a wrong computer clock changes nothing.
    const end = performance.now() + Number(state.dataset.remaining) * 1000;
    const spoken = document.getElementById("spoken");
    let shown = -1;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (left === shown) return;
      shown = left;
      time.lastElementChild.textContent = fill(time.dataset.text, left);
      time.classList.toggle("warn", left <= 60 && left > 15);
      time.classList.toggle("bad", left <= 15);
      if (spokenAt.has(left)) spoken.textContent = fill(spoken.dataset.text, left);
      if (left === 0) location.reload();
    };
    tick();
    setInterval(tick, 250);
  }

  const copy = document.getElementById("copy");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const label = copy.lastElementChild;
      const code = document.getElementById("code").dataset.code;
      try {
        await navigator.clipboard.writeText(code);
        label.textContent = copy.dataset.copied;
      } catch {
        label.textContent = copy.dataset.failed;
      }
    });
  }

  const seconds = Number(state.dataset.poll);
  if (seconds) {
    const poll = async () => {
      try {
        const answer = await fetch("/kod/durum", { cache: "no-store" });
        if (answer.ok && (await answer.json()).state !== state.dataset.state) location.reload();
      } catch {
        // The portal is away for a moment; the next poll tells.
      }
    };
    setInterval(poll, seconds * 1000);
    // Whoever comes back from the application need not wait for the next one.
    addEventListener("focus", poll);
  }
})();

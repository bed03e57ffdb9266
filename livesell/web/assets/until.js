/** Counting down to a moment on the server's clock, a step a second. */

/**
 * Calls `paint(leftMs)` now and whenever the shown second changes, until the moment has come;
 * then `elapsed()`, once. A begun second counts, so the last thing shown is zero.
 *
 * @param clock A ServerClock.
 * @returns A function that stops it.
 */
export function countDown(clock, targetMs, paint, elapsed) {
  let timer = 0;
  const tick = () => {
    const left = targetMs - clock.now();
    paint(left);
    // The next change of the shown second, a little late rather than early.
    if (left > 0) timer = setTimeout(tick, (left % 1000) + 15);
    else elapsed();
  };
  tick();
  return () => clearTimeout(timer);
}

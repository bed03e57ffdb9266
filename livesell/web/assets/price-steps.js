/** Prices that a host may mean with one tap. Pure; amounts are minor units. */

const CUTS = [5, 10, 20];

/**
 * Lower prices in round numbers: whole units of the currency from a hundred of them on, tenths
 * below, and never below the smallest amount.
 *
 * @returns `[{percent, price}]`, without repetitions and without the price itself.
 */
export function priceSteps(price, minorDigits) {
  const unit = 10 ** minorDigits;
  const step = price >= 100 * unit ? unit : Math.max(1, unit / 10);
  const seen = new Set([price]);
  const steps = [];
  for (const percent of CUTS) {
    const cut = Math.floor((price * (100 - percent)) / 100 / step) * step;
    if (cut <= 0 || seen.has(cut)) continue;
    seen.add(cut);
    steps.push({ percent, price: cut });
  }
  return steps;
}

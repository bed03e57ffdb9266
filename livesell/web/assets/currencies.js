/** The currencies that a session sells and a product is priced in; those of `domain/money.py`. */

export const CURRENCIES = [
  "CNY", "HKD", "TWD", "MOP", "USD", "EUR", "GBP", "AUD", "CAD", "CHF", "SGD", "MYR", "THB",
  "INR", "NPR", "JPY", "KRW", "VND",
];

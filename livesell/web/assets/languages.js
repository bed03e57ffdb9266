/**
 * The languages of the pages, the default first. A further one is a line here and its catalogues
 * (`messages-*-<key>.js`), as many as there are: a sentence that it lacks is said in the languages
 * of `instead`, in their order. `livesell/web/words.py` reads this file as well.
 *
 * `tag` is what the page says it is in, `locale` what dates are written by, `name`
 * and `short` what it calls itself.
 */

export default {
  zh: { tag: "zh-CN", locale: "zh-CN", name: "中文", short: "中文", instead: ["en"] },
  en: { tag: "en", locale: "en-GB", name: "English", short: "EN", instead: ["zh"] },
};

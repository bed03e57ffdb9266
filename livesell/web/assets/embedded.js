/**
 * What the service put into the page: the session's document as it was when the page was made.
 *
 * Made by `livesell/web/viewer_page.py`. The page starts from it without asking anything.
 */

/**
 * @returns `{document, now, position}`: `now` is the server's clock then, epoch ms; `position` is
 *     `{e, v}` when the document is one of the socket's, so that what follows can go on from it.
 */
export function embedded() {
  const { now, e, v, d } = JSON.parse(document.querySelector("#state").textContent);
  return { document: d, now, position: e === undefined ? null : { e, v } };
}

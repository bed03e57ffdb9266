/** Campaigns: made, renamed, removed, and what the sessions of each made together. */

import "./campaigns-words.js";
import "./ls-ask.js";
import "./ls-campaign.js";
import "./ls-campaign-form.js";
import "./ls-crew-nav.js";
import "./ls-link.js";
import { get, request, segment } from "./api.js";
import { arrange } from "./crew-dom.js";
import { goToLogin, may, startCrewPage, whoAmI } from "./crew-page.js";
import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";
import { newUuid } from "./uuid.js";

const TICK_MS = 1000;

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const [form, ask, list] = ["ls-campaign-form", "ls-ask", "#campaigns"].map(find);
const rows = new Map();
const polled = new Polled(async () => (await get("/campaigns")).campaigns);
let me = null;
// The id of the campaign that is being made, for all attempts: when an answer is lost, sending
// again finds what is there instead of making a second one.
let draftId = newDraftId();

function newDraftId() {
  return `campaign-${newUuid().slice(0, 8)}`;
}

function show() {
  if (polled.error?.status === 401) goToLogin();
  if (polled.error && polled.value === null) setText(find("#loading"), sentenceOf(polled.error));
  const campaigns = polled.value ?? [];
  find("#empty").hidden = polled.value === null || campaigns.length > 0;
  arrange(list, rows, campaigns.map(({ id }) => id), () => h("li", {}, h("ls-campaign")));
  for (const campaign of campaigns) {
    Object.assign(rows.get(campaign.id).firstChild, { campaign, me });
  }
  showState();
}

function showState() {
  document.body.dataset.status = polled.status;
  Object.assign(find("ls-link"), { status: polled.status, ageMs: polled.ageMs });
}

function tell(text, kind = "good") {
  const told = find("#told");
  told.dataset.kind = kind;
  setText(told, text);
  told.hidden = text === "";
}

async function save({ detail: { campaign, body } }) {
  form.isBusy = true;
  try {
    const { campaign: kept } = await (campaign === null ? make(body) : change(campaign, body));
    form.close();
    draftId = newDraftId();
    tell(t("campaigns.saved", kept));
    await polled.refresh();
    rows.get(kept.id)?.firstChild.open();
  } catch (error) {
    form.error = error;
  } finally {
    form.isBusy = false;
  }
}

async function make(body) {
  try {
    return await request("/campaigns", { body: { ...body, id: draftId } });
  } catch (error) {
    if (error.code !== "campaign_exists") throw error;
    // Ours, from an attempt whose answer was lost; it becomes what is typed now.
    const { campaign } = await get(`/campaigns/${segment(draftId)}`);
    return change(campaign, body);
  }
}

const change = ({ id, version }, body) =>
  request(`/campaigns/${segment(id)}`, { method: "PUT", body: { ...body, expected_version: version } });

async function remove({ detail: campaign }) {
  const isMeant = await ask.about({
    title: t("campaigns.ask_remove"), text: t("campaigns.ask_remove_text", campaign),
    yes: t("campaigns.ask_remove_yes"), isDanger: true,
  });
  if (!isMeant) return;
  try {
    await request(`/campaigns/${segment(campaign.id)}`, { method: "DELETE" });
    tell(t("campaigns.removed", campaign));
  } catch (error) {
    tell(sentenceOf(error), "bad");
  }
  await polled.refresh();
}

function openForm(campaign) {
  tell("");
  form.open(campaign);
}

polled.addEventListener("change", () => {
  show();
  for (const row of rows.values()) row.firstChild.refresh();
});
form.addEventListener("save", save);
document.addEventListener("edit", ({ detail }) => openForm(detail));
document.addEventListener("remove", remove);
document.addEventListener("moved", () => polled.refresh());
find("#new").addEventListener("click", () => openForm(null));
onLanguage(() => {
  tell("");
  show();
});
setInterval(showState, TICK_MS);
polled.refresh().then(() => rows.get(decodeURIComponent(location.hash.slice(1)))?.firstChild.open());
whoAmI().then((found) => {
  me = found;
  find("#new").hidden = !may(me, "prepare");
  show();
});

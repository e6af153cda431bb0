// Searches, filters and sorts the stories of the front page.
//
// A page that was opened from disk may fetch nothing, but it may load scripts: the stories
// lie in data/stories-0.js and so on, each of which hands its part to storyfold.take. They
// are loaded once somebody asks. Every word from outside goes through textContent.
"use strict";

const storyfold = (() => {
  const SHOWN = 50;
  const FIELDS = ["words", "outlet", "language", "since", "until", "size", "order"];
  const list = document.getElementById("stories");
  const form = document.getElementById("controls");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const root = list.dataset.root;
  const shards = Number(list.dataset.shards);
  const asPrinted = { rows: [...list.children], start: list.start, found: found.textContent };
  const taken = new Map();
  let stories = null;
  let hits = [];
  let loading = null;

  const field = (name) => document.getElementById(name);
  const isSearch = (hash) => hash.includes("="); // not a place in the page
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function take(name, value) {
    taken.set(name, value);
  }

  function load(name) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root}data/stories-${name}.js`;
      script.onload = done;
      script.onerror = () => failed(new Error(script.src));
      document.head.append(script);
    });
  }

  function rows(columns, outlets) {
    return columns.url.map((_, at) => {
      const story = {};
      for (const name in columns) story[name] = columns[name][at];
      story.number = story.articles + story.reposts;
      story.outlets = story.outlets.map((number) => outlets[number]);
      story.text = folded([story.title, story.lead, ...story.keywords].join(" "));
      return story;
    });
  }

  async function loadAll() {
    const names = ["outlets", ...Array(shards).keys()];
    await Promise.all(names.map(load));
    const outlets = taken.get("outlets");
    stories = [];
    for (let number = 0; number < shards; number += 1) {
      stories.push(...rows(taken.get(number), outlets));
    }
    for (const name of outlets) field("outlets").append(new Option(name));
  }

  function day(name, seconds) {
    const value = field(name).value;
    return value ? Date.parse(`${value}T00:00:00Z`) / 1000 + seconds : null;
  }

  function wanted() {
    const words = folded(field("words").value).split(/\s+/).filter(Boolean);
    const outlet = folded(field("outlet").value.trim());
    const language = field("language").value;
    const size = Number(field("size").value);
    const since = day("since", 0);
    const until = day("until", 86399);
    return (story) =>
      words.every((word) => story.text.includes(word)) &&
      (!outlet || story.outlets.some((name) => folded(name).includes(outlet))) &&
      (!language || story.language === language) &&
      story.number >= size &&
      (since === null || (story.last !== null && story.last >= since)) &&
      (until === null || (story.first !== null && story.first <= until));
  }

  const newest = (story) => story.last ?? -Infinity;
  const oldest = (story) => story.first ?? Infinity;
  const by = (one, other) => (one === other ? 0 : one < other ? -1 : 1);
  const ORDERS = {
    largest: null, // as they come
    outlets: (a, b) => b.sources - a.sources,
    reposted: (a, b) => b.reposts - a.reposts,
    newest: (a, b) => by(newest(b), newest(a)),
    oldest: (a, b) => by(oldest(a), oldest(b)),
    fastest: (a, b) => b.peak - a.peak,
  };

  function element(name, text, known = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const key in known) if (known[key]) made.setAttribute(key, known[key]);
    return made;
  }

  function counted(number, one, many = `${one}s`) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  }

  function spark(path) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const drawn = { class: "spark", viewBox: "0 0 96 28", width: 96, height: 28, "aria-hidden": true };
    for (const key in drawn) picture.setAttribute(key, drawn[key]);
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    picture.append(line);
    return picture;
  }

  function item(story) {
    const speech = { dir: "auto", lang: story.language };
    const heading = element("h2", "");
    heading.append(element("a", story.title, { href: root + story.url, ...speech }));
    const facts = element("p", "", { class: "facts" });
    const reposts = story.reposts ? ` + ${counted(story.reposts, "repost")}` : "";
    const said = [story.when, counted(story.articles, "article") + reposts, counted(story.sources, "outlet")];
    for (const fact of [...said, story.language].filter(Boolean)) facts.append(element("span", fact), " ");
    const told = element("div", "", { class: "told" });
    told.append(heading);
    if (story.lead) told.append(element("p", story.lead, { class: "lead", ...speech }));
    told.append(facts);
    if (story.keywords.length) {
      const keywords = element("p", "", { class: "keywords", ...speech });
      for (const word of story.keywords) keywords.append(element("span", word), " ");
      told.append(keywords);
    }
    const tally = element("div", "", { class: "tally" });
    tally.append(element("span", story.number.toLocaleString("en"), { class: "many" }));
    tally.append(element("span", story.number === 1 ? "report" : "reports", { class: "unit" }));
    const made = element("li", "", { class: "story" });
    made.append(tally, told, spark(story.spark));
    return made;
  }

  function show() {
    const begin = list.children.length;
    list.append(...hits.slice(begin, begin + SHOWN).map(item));
    more.hidden = list.children.length >= hits.length;
  }

  function remember() {
    const known = new URLSearchParams();
    for (const name of FIELDS) {
      const input = field(name);
      const first = input.options ? input.options[0].value : "";
      if (input.value !== first) known.set(name, input.value);
    }
    const hash = known.toString();
    const now = location.hash.slice(1);
    if (hash !== now && (hash || isSearch(now))) history.replaceState(null, "", `#${hash}`);
    return hash !== "";
  }

  function recall() {
    field("filters").open ||= !/^#(words=[^&]*)?$/.test(location.hash); // show what is set
    const known = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const name of FIELDS) if (known.has(name)) field(name).value = known.get(name);
    if (field("size").value === "") field("size").selectedIndex = 0;
    if (field("order").value === "") field("order").selectedIndex = 0;
  }

  function asItWas() {
    list.replaceChildren(...asPrinted.rows);
    list.start = asPrinted.start;
    found.textContent = asPrinted.found;
    more.hidden = true;
    for (const pager of document.querySelectorAll(".pager")) pager.hidden = false;
  }

  async function search() {
    if (!remember()) return asItWas();
    try {
      loading ??= loadAll();
      await loading;
    } catch (error) {
      found.textContent = `The stories could not be loaded: ${error.message} is missing.`;
      return undefined;
    }
    hits = stories.filter(wanted());
    const order = ORDERS[field("order").value];
    if (order) hits.sort(order); // stable: what is equal stays largest first
    for (const pager of document.querySelectorAll(".pager")) pager.hidden = true;
    list.replaceChildren();
    list.start = 1;
    found.textContent = `${counted(hits.length, "story", "stories")} found`;
    show();
    return undefined;
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(search));
  more.addEventListener("click", show);
  window.addEventListener("hashchange", () => {
    if (location.hash.length > 1 && !isSearch(location.hash)) return;
    recall();
    search();
  });
  form.hidden = false;
  field("filters").open = !matchMedia("(max-width: 40rem)").matches;
  if (isSearch(location.hash)) {
    recall();
    setTimeout(search);
  }
  return { take };
})();

"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (id) => document.getElementById(id);
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const tools = $("tools"), search = $("q"), count = $("count");
  if (!tools) return;
  const OPEN_UP_TO = 60, MARK_UP_TO = 400;

  const groups = all(".group").map((node) => ({ node, fold: node.querySelector("details"), items: [] }));
  for (const group of groups) {
    group.items = all(".c", group.node).map((node) => ({ node, data: node.dataset, n: Number(node.dataset.n || 0), text: null }));
  }
  const items = groups.flatMap((group) => group.items);
  const total = items.reduce((sum, item) => sum + item.n, 0);
  const openedBySearch = new Set();

  // What a change says, with the headline of its group; read when first searched, since a page is large.
  const read = () => {
    for (const group of groups) {
      if (group.lines) return;
      const head = group.node.querySelector("summary").textContent, list = group.node.querySelector(".members .list");
      group.lines = list ? list.textContent.toLowerCase().split("\n") : [];
      group.list = list;
      for (const item of group.items) item.text = `${head} ${item.node.textContent}`.toLowerCase();
    }
  };

  const checked = (name) => new Set(all(`input[name=${name}]:checked`, tools).map((input) => input.value));
  const number = (value) => value.toLocaleString("en");

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const actions = checked("a"), risks = checked("r"), entry = $("e")?.value, stack = $("s")?.value;
    const stackName = stack && $("s").selectedOptions[0].textContent;
    const ofChanges = actions.size || risks.size || entry;
    if (words.length) read();
    const has = (list, one) => (list || "").split(" ").includes(one);
    const says = (text) => words.every((word) => text.includes(word));
    const passes = ({ data, n }) => {
      if (!n && (ofChanges || (stack && data.stack !== stackName))) return false;
      if (n && actions.size && !actions.has(data.a)) return false;
      if (n && risks.size && !risks.has(data.r)) return false;
      if (n && entry && !has(data.e, entry)) return false;
      return !(n && stack && !has(data.s, stack));
    };
    const isFiltered = Boolean(words.length || ofChanges || stack);
    let shown = 0;
    const found = [];
    for (const group of groups) {
      let inGroup = 0;
      // What many have in common is shown once: one of their addresses finds it, and counts as one.
      const passing = group.items.filter(passes);
      let fitting = words.length ? passing.filter((item) => says(item.text)) : passing;
      const lines = words.length && passing.length && !fitting.length ? group.lines.filter(says).length : 0;
      if (lines) { fitting = passing; shown += lines; found.push(group.list); }
      for (const item of group.items) item.node.hidden = true;
      for (const item of fitting) {
        item.node.hidden = false;
        inGroup += 1;
        if (!lines) { shown += item.n; found.push(item.node); }
      }
      for (const fold of all(".fold", group.node)) fold.hidden = !fold.querySelector(".c:not([hidden])");
      group.node.hidden = isFiltered ? !inGroup : false;
    }
    for (const details of openedBySearch) details.open = false;
    openedBySearch.clear();
    if (words.length && found.length <= OPEN_UP_TO) found.forEach(unfoldFor);
    mark(words, found);
    for (const link of all("nav a")) link.parentNode.hidden = Boolean($(link.hash.slice(1))?.hidden);
    count.textContent = isFiltered ? `${number(shown)} of ${number(total)} changes` : `${number(total)} ${total === 1 ? "change" : "changes"}`;
    $("none").hidden = !isFiltered || found.length > 0;
  }

  function unfoldFor(node) {
    for (let at = node; at; at = at.parentElement?.closest("details")) {
      if (at.localName === "details" && !at.open) { at.open = true; openedBySearch.add(at); }
    }
  }

  function mark(words, nodes) {
    if (!window.CSS?.highlights) return;
    CSS.highlights.delete("found");
    if (!words.length || nodes.length > MARK_UP_TO) return;
    const ranges = [];
    for (const node of nodes) {
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.data.toLowerCase();
        for (const word of words) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            if (at + word.length > walker.currentNode.length) break;
            const range = new Range();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function clear() {
    search.value = "";
    for (const input of all("input:checked", tools)) input.checked = false;
    for (const select of all("select", tools)) select.value = "";
    filter();
  }

  const foldAll = (open) => { for (const one of all("main details")) one.open = open; openedBySearch.clear(); };

  // Where j and k stop: headlines and changes that can be seen.
  const stops = () => all("main summary, main div.c");
  const isSeen = (node) => {
    if (node.closest("[hidden]")) return false;
    const own = node.localName === "summary" ? node.parentElement.parentElement : node.parentElement;
    return !own.closest("details:not([open])");
  };
  function move(step) {
    const list = stops(), here = document.activeElement;
    let at = list.indexOf(here);
    if (at < 0) at = step > 0 ? -1 : 0;
    for (let next = at + step; next >= 0 && next < list.length; next += step) {
      if (isSeen(list[next])) { list[next].focus({ preventScroll: true }); list[next].scrollIntoView({ block: "nearest" }); return true; }
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target, isTyping = target.matches("input[type=search], select");
    if (event.key === "Escape") { clear(); if (target === search) search.blur(); return; }
    if (isTyping) {
      if (target === search && (event.key === "Enter" || event.key === "ArrowDown") && move(1)) event.preventDefault();
      return;
    }
    const isStop = target.matches("main summary, main div.c");
    if (event.key === "/") { search.focus(); search.select(); }
    else if (event.key === "j" || (event.key === "ArrowDown" && isStop)) move(1);
    else if (event.key === "k" || (event.key === "ArrowUp" && isStop)) move(-1);
    else return;
    event.preventDefault();
  });

  let timer = 0;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
  tools.addEventListener("change", (event) => { if (event.target !== search) filter(); });
  $("unfold").addEventListener("click", () => foldAll(true));
  $("fold").addEventListener("click", () => foldAll(false));
  $("clear").addEventListener("click", clear);

  // A risk that no change has is no choice.
  const levels = new Set(items.map((item) => item.data.r));
  for (const input of all("input[name=r]", tools)) input.parentNode.hidden = !levels.has(input.value);

  const reveal = () => {
    const node = location.hash.length > 1 && $(location.hash.slice(1));
    const fold = node && node.querySelector("details");
    if (fold) fold.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  if (matchMedia("(max-width: 900px)").matches) document.querySelector("nav details").open = false;

  let closed = [];
  addEventListener("beforeprint", () => { closed = all("main details:not([open])"); for (const one of closed) one.open = true; });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; closed = []; });
  tools.hidden = false;
});

(function () {
"use strict";
var page = document, root = page.documentElement, ROWS = 25;

function made(name, text, parent) {
  var element = page.createElement(name);
  if (text) element.textContent = text;
  if (parent) parent.appendChild(element);
  return element;
}

// Light and dark.
var theme = made("button", "light / dark");
theme.type = "button";
theme.className = "theme";
theme.addEventListener("click", function () {
  var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
var header = page.querySelector("header");
header.insertBefore(theme, header.firstChild);

// What marks tell when they are pointed at, tapped, or reached with the arrow keys.
var tip = made("div", "", page.body), shown = null;
tip.className = "tip";
tip.setAttribute("role", "status");
tip.hidden = true;

function hide() {
  if (shown) shown.classList.remove("on");
  shown = null;
  tip.hidden = true;
}

function show(mark, x, y) {
  hide();
  shown = mark;
  mark.classList.add("on");
  tip.textContent = mark.dataset.tip;
  tip.hidden = false;
  var wide = root.clientWidth - tip.offsetWidth - 8, high = window.innerHeight - tip.offsetHeight - 8;
  tip.style.left = Math.max(4, Math.min(x + 14, wide)) + "px";
  tip.style.top = Math.max(4, y + 18 > high ? y - tip.offsetHeight - 12 : y + 18) + "px";
}

function marked(target) {
  return target.closest ? target.closest("[data-tip]") : null;
}

page.querySelectorAll("figure.chart svg").forEach(function (svg) {
  var marks = [], at = -1;
  svg.querySelectorAll("title").forEach(function (title) {
    title.parentNode.dataset.tip = title.textContent;
    marks.push(title.parentNode);
    title.remove();
  });
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("pointermove", function (event) {
    var mark = marked(event.target);
    if (mark) show(mark, event.clientX, event.clientY); else hide();
  });
  svg.addEventListener("click", function (event) {
    var mark = marked(event.target);
    if (mark) show(mark, event.clientX, event.clientY);
  });
  svg.addEventListener("pointerleave", function (event) {
    if (event.pointerType !== "touch") hide();
  });
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", function (event) {
    var steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }, step = steps[event.key];
    if (event.key === "Escape") return hide();
    if (!step || !marks.length) return;
    event.preventDefault();
    at = (at + step + marks.length) % marks.length;
    var box = marks[at].getBoundingClientRect();
    show(marks[at], box.left + box.width / 2, box.top + box.height / 2);
  });
});

// Tables that sort, and have pages.
page.querySelectorAll("table").forEach(function (table) {
  var body = table.tBodies[0], rows = Array.from(body.rows), from = 0, found = rows, pages = null;

  function draw() {
    rows.forEach(function (row) { row.hidden = true; });
    found.slice(from, from + ROWS).forEach(function (row) { row.hidden = false; });
    if (!pages) return;
    var last = Math.min(from + ROWS, found.length);
    pages.count.textContent = (found.length ? from + 1 : 0) + " to " + last + " of " + found.length;
    pages.back.disabled = from === 0;
    pages.next.disabled = last >= found.length;
  }

  function value(row, column) {
    var cell = row.cells[column], number = cell.dataset.value;
    return number === undefined ? cell.textContent : Number(number);
  }

  Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
    var button = made("button", head.textContent);
    button.type = "button";
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var up = head.classList.contains("word") !== (head.getAttribute("aria-sort") !== null);
      if (head.getAttribute("aria-sort")) up = head.getAttribute("aria-sort") === "descending";
      Array.from(table.tHead.rows[0].cells).forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort(function (a, b) {
        var one = value(a, column), other = value(b, column), order;
        // What has no figure goes last.
        if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
        order = typeof one === "number" ? one - other : one.localeCompare(other);
        return up ? order : -order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
      var kept = new Set(found);
      found = rows.filter(function (row) { return kept.has(row); });
      from = 0;
      draw();
    });
  });

  if (rows.length > ROWS) {
    var bar = made("div", "", table.closest(".table")), label = made("label", "find ", bar), input = made("input", "", label);
    bar.className = "pages";
    input.type = "search";
    pages = { back: made("button", "back", bar), count: made("span", "", bar), next: made("button", "next", bar) };
    pages.back.type = pages.next.type = "button";
    pages.count.setAttribute("role", "status");
    pages.back.addEventListener("click", function () { from = Math.max(0, from - ROWS); draw(); });
    pages.next.addEventListener("click", function () { from += ROWS; draw(); });
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase();
      found = rows.filter(function (row) { return row.textContent.toLowerCase().includes(words); });
      from = 0;
      draw();
    });
    draw();
  }
});

page.querySelectorAll(".hint").forEach(function (hint) { hint.hidden = false; });
})();

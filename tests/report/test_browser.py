"""The report in a real browser, opened from disk."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.report import About, write_site
from pipeline.run import run
from pipeline.settings import Settings
from tests.report import hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "input"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the report at the end of a run on the sample."""
    out = tmp_path_factory.mktemp("sample")
    run([str(SAMPLE)], out, Settings.model_validate({"export": {"report": True}}))
    return out / "report"


@pytest.fixture(scope="module")
def harmful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the report of hostile tables, which must stay inside its folder."""
    out = tmp_path_factory.mktemp("hostile") / "report"
    write_site(hostile.tables(), out, About("the archive <b>", texts=hostile.texts()))
    assert [path.name for path in out.parent.iterdir()] == ["report"]
    return out


@pytest.fixture
def watched(page: "Page") -> "Iterator[Page]":
    """Open a page; at the end, hold that it asked for nothing but files and ran into no error."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert asked
    assert [url for url in asked if not url.startswith("file:")] == []
    assert said == []


def address(site: Path, name: str = "index.html") -> str:
    return (site / name).as_uri()


def headlines(page: "Page") -> list[str]:
    return page.locator(".story h2").all_inner_texts()


def found(page: "Page", words: str) -> None:
    from playwright.sync_api import expect

    expect(page.get_by_role("status")).to_have_text(words)


def test_a_word_finds_its_stories(watched: "Page", sample: Path) -> None:
    """Search folds case and accents, and says how much it found; clearing brings all back."""
    watched.goto(address(sample))
    every = headlines(watched)
    watched.get_by_label("Search").fill("TERREMOTO")
    found(watched, "1 story found")
    assert ["terremoto" in title.lower() for title in headlines(watched)] == [True]
    watched.get_by_role("button", name="Clear").click()
    found(watched, f"1–{len(every)} of {len(every)} stories")
    assert headlines(watched) == every


def test_filters_and_orders_work_together(watched: "Page", sample: Path) -> None:
    """Language, outlet, day and size each leave only what they name."""
    watched.goto(address(sample))
    watched.get_by_label("Language").select_option("es")
    watched.get_by_label("Reports", exact=True).select_option("2")
    watched.get_by_label("Order").select_option("newest")
    watched.wait_for_url(re.compile("newest"))
    found(watched, re.compile(r"^\d+ stor(y|ies) found$"))
    assert set(watched.locator(".story h2 a").evaluate_all("all => all.map(a => a.lang)")) == {"es"}
    counts = [int(text) for text in watched.locator(".story .many").all_inner_texts()]
    assert counts
    assert min(counts) >= 2
    watched.get_by_role("button", name="Clear").click()
    watched.get_by_label("From day").fill("2021-07-11")
    watched.get_by_label("Outlet").fill("elfarosb")
    watched.wait_for_url(re.compile("elfarosb"))
    found(watched, re.compile(r"^\d+ stor(y|ies) found$"))
    facts = watched.locator(".story .facts").all_inner_texts()
    assert all(re.search(r"(–|^)1[12] July 2021", fact) for fact in facts)


def test_a_search_can_be_linked_to(watched: "Page", sample: Path) -> None:
    """The address holds the search, and opens it again."""
    watched.goto(address(sample) + "#words=withdrawal&size=2")
    found(watched, re.compile("found$"))
    assert watched.get_by_label("Search").input_value() == "withdrawal"
    assert watched.get_by_label("Reports", exact=True).input_value() == "2"


def test_every_story_can_be_reached_without_script(browser: "Browser", sample: Path) -> None:
    """Where scripts are off, no dead control shows, and links lead to story and comparison."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(sample))
    assert not page.get_by_role("search").is_visible()
    page.locator(".story h2 a").first.click()
    assert page.get_by_role("heading", name="Timeline").is_visible()
    page.get_by_role("link", name="compare texts").first.click()
    assert page.locator("table.difference").is_visible()
    assert page.locator("del, ins").count()
    context.close()


def test_the_keyboard_is_enough(watched: "Page", sample: Path) -> None:
    """The first key skips to the content; a search is typed and followed without a mouse."""
    watched.goto(address(sample))
    watched.keyboard.press("Tab")
    assert watched.evaluate("document.activeElement.textContent") == "Skip to the content"
    watched.keyboard.press("Enter")
    assert watched.evaluate("location.hash") == "#content"
    watched.get_by_label("Search").focus()
    watched.keyboard.type("withdrawal")
    found(watched, re.compile("found$"))
    watched.locator(".story h2 a").first.focus()
    watched.keyboard.press("Enter")
    watched.wait_for_url(re.compile("/stories/"))


def test_what_assistive_technology_hears(watched: "Page", sample: Path) -> None:
    """Every page has its landmarks, one first heading, and a name for each control and table."""
    story = next((sample / "stories").rglob("*.html")).relative_to(sample)
    group = next((sample / "reposts").rglob("*.html")).relative_to(sample)
    for name in ("index.html", "outlets.html", "run.html", str(story), str(group)):
        watched.goto(address(sample, name))
        for landmark in ("banner", "navigation", "main", "contentinfo"):
            assert watched.get_by_role(landmark).count(), (name, landmark)
        assert watched.get_by_role("heading", level=1).count() == 1, name
        unnamed = watched.evaluate(
            "[...document.querySelectorAll('input, select')].filter(e => !e.labels.length).length"
            " + [...document.querySelectorAll('svg[role=img]:not([aria-label])')].length"
            " + [...document.querySelectorAll('a, button')]"
            ".filter(e => !e.textContent.trim()).length"
        )
        assert unnamed == 0, name
        assert watched.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out(browser: "Browser", sample: Path, scheme: str) -> None:
    """Text has a contrast of 4.5 to its ground (WCAG 2.2, AA), in both schemes."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    story = next((sample / "stories").rglob("*.html")).relative_to(sample)
    for name in ("index.html", str(story)):
        page.goto(address(sample, name))
        assert page.evaluate(_LOWEST_CONTRAST) >= 4.5, name
    context.close()


_LOWEST_CONTRAST = """() => {
  const light = (color) => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!color.endsWith(", 0)")) return color;
    }
    return "rgb(255, 255, 255)";
  };
  let lowest = 21;
  for (const element of document.querySelectorAll("main *, header *, footer *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || element.closest("svg, option, datalist")) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return lowest;
}"""


def test_no_word_of_an_article_runs(watched: "Page", harmful: Path) -> None:
    """Scripts, handlers, javascript: links and template marks in every field stay words."""
    pages = sorted(path.relative_to(harmful) for path in harmful.rglob("*.html"))
    assert len(pages) > 8
    for name in pages:
        watched.goto(address(harmful, str(name)))
        assert watched.evaluate("window.hit") is None, name
        assert watched.locator("main script, main img, main [onload], main [onerror]").count() == 0
        links = watched.locator("a").evaluate_all("all => all.map(a => a.protocol)")
        assert set(links) <= {"file:", "https:"}, name
        # an element that is no wider than its window: a word of 100,000 letters breaks
        assert watched.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        for path in harmful.rglob("*.html"):
            assert "{{ 7" not in path.read_text("utf-8").replace("{{ 7 * 7 }} {% raw %}", "")


def test_a_search_shows_hostile_words_as_words(watched: "Page", harmful: Path) -> None:
    """What the script draws is text as well, and the pictures' path is all that it sets."""
    watched.goto(address(harmful) + "#size=2")
    found(watched, "2 stories found")
    assert watched.locator("#stories script, #stories img").count() == 0
    assert watched.evaluate("window.hit") is None
    assert any("<script>window.hit = 1</script>" in title for title in headlines(watched))


def test_the_policy_forbids_scripts_that_we_did_not_write(page: "Page", harmful: Path) -> None:
    """Were a headline to slip through, the browser would not run it: inline, or from outside."""
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    story = next(path for path in (harmful / "stories").rglob("*.html"))
    for number, name in enumerate(("index.html", str(story.relative_to(harmful))), 1):
        page.goto(address(harmful, name))
        page.evaluate(
            """() => {
              for (const known of [{ textContent: "window.hit = 1" },
                                   { src: "https://evil.example/x.js" }]) {
                document.body.append(Object.assign(document.createElement("script"), known));
              }
              const picture = document.createElement("img");
              picture.setAttribute("onerror", "window.hit = 1");
              picture.src = "https://evil.example/x.png";
              document.body.append(picture);
            }"""
        )
        while len(_refusals(refused)) < 4 * number:  # two scripts, a picture, its handler
            page.wait_for_event("console")
        assert page.evaluate("window.hit") is None
    assert len(_refusals(refused)) == 8


def _refusals(said: list[str]) -> list[str]:
    return [line for line in said if "Content Security Policy" in line]


def test_right_to_left_text_reads_so(watched: "Page", harmful: Path) -> None:
    """An Arabic headline runs from the right; the page and its dates around it do not."""
    watched.goto(address(harmful) + "#language=ar")
    found(watched, "1 story found")
    heading = watched.locator(".story h2 a")
    assert heading.evaluate("a => getComputedStyle(a).direction") == "rtl"
    assert heading.get_attribute("lang") == "ar"
    facts = watched.locator(".story .facts")
    assert facts.evaluate("p => getComputedStyle(p).direction") == "ltr"


def test_marks_of_direction_do_not_leave_their_headline(watched: "Page", harmful: Path) -> None:
    """An override is taken out; what the headline says is still there."""
    story = next(path for path in (harmful / "stories").rglob("x*.html"))
    watched.goto(address(harmful, str(story.relative_to(harmful))))
    text = watched.locator("main").inner_text()
    assert "Bank gnp.exe says no \u200fto all" in text
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "width"), [("desktop", 1280), ("phone", 390)])
def test_pictures_for_people(
    browser: "Browser",
    sample: Path,
    harmful: Path,
    screenshots: Path,
    scheme: str,
    size: str,
    width: int,
) -> None:
    """Pages fit their window, on a desk and on a phone; pictures of them are kept."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, device_scale_factor=1
    )
    page = context.new_page()
    for name, site, part in _PICTURES:
        page.goto(address(sample if site == "sample" else harmful))
        for link in part:
            page.locator(link).first.click()
            page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.screenshot(path=screenshots / f"report-{name}-{size}-{scheme}.png", full_page=True)
    context.close()


_PICTURES: list[tuple[str, str, list[str]]] = [
    ("front", "sample", []),
    ("story", "sample", [".story h2 a"]),
    ("reposts", "sample", [".story h2 a", ".coverage a[href*='reposts/']"]),
    ("outlets", "sample", ["nav a[href*='outlets']"]),
    ("run", "sample", ["nav a[href*='run']"]),
    ("hostile", "hostile", [".story h2 a"]),
    ("arabic", "hostile", ["h2 a[lang=ar]"]),
    ("arabic-reposts", "hostile", ["h2 a[lang=ar]", ".coverage a[href*='reposts/']"]),
]

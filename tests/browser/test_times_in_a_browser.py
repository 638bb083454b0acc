"""QueryTime and Lookback as a person meets them."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.browser

SETUP = "from huntbook.widgets import QueryTime, Lookback"
MAKE = "hunt = QueryTime(origin_time='2026-11-20 08:00', units='hour', before=6, after=2, id='hunt'); hunt"
SHOW = "print('from', hunt.start.isoformat(), 'to', hunt.end.isoformat(), '|', hunt.value_source)"


def hunt(open_notebook, make: str = MAKE, *more: str):
    notebook = open_notebook([SETUP, make, SHOW, *more])
    notebook.run_all()
    notebook.wait_for_text("from 20", 2)
    notebook.output(1).get_by_label("Start (UTC)").wait_for()
    return notebook


def wait_for_value(notebook, selector, value: str) -> None:
    notebook.page.wait_for_function(
        "([found, value]) => found.value === value", arg=[selector.element_handle(), value]
    )


def test_typed_times_reach_the_kernel_and_running_the_cell_again_remembers_them(open_in_both) -> None:
    notebook = hunt(open_in_both)
    box = notebook.output(1)
    assert box.get_by_label("Start (UTC)").input_value() == "2026-11-20 02:00:00"
    box.get_by_label("Start (UTC)").fill("Nov 19, 2026 8:00 PM")
    box.get_by_label("Start (UTC)").press("Enter")
    notebook.wait_for_text("14 hours", 1)
    box.get_by_label("End (UTC)").fill("20/Nov/2026:08:00:00 +0100")
    box.get_by_label("End (UTC)").press("Tab")
    wait_for_value(notebook, box.get_by_label("End (UTC)"), "2026-11-20 07:00:00")
    notebook.run_all()
    notebook.wait_for_text("from 2026-11-19T20:00:00+00:00 to 2026-11-20T07:00:00+00:00 | typed", 2)
    assert notebook.output(1).get_by_label("Start (UTC)").input_value() == "2026-11-19 20:00:00"
    notebook.page.mouse.click(5, 5)
    notebook.page.locator(".jp-Cell").nth(0).click()
    time.sleep(0.5)
    html = "".join(notebook.save()["cells"][1]["outputs"][0]["data"]["text/html"])
    assert "2026-11-19 20:00:00 to 2026-11-20 07:00:00 UTC, 11 hours" in html


def test_text_that_is_no_time_stays_with_a_reason_and_the_period_is_kept(open_notebook) -> None:
    notebook = hunt(open_notebook)
    box = notebook.output(1)
    start = box.get_by_label("Start (UTC)")
    start.fill("01/02/2026")
    start.press("Tab")
    box.get_by_role("alert").filter(has_text="write `2026-02-01`").wait_for()
    assert start.input_value() == "01/02/2026"
    assert start.get_attribute("aria-invalid") == "true"
    notebook.screenshot("period-refused")
    # An end before the start is refused until the start is moved as well.
    end = box.get_by_label("End (UTC)")
    start.fill("2026-12-01")
    start.press("Tab")
    box.get_by_role("alert").filter(has_text="is after the end").wait_for()
    end.fill("2026-12-02")
    end.press("Enter")
    notebook.wait_for_text("1 day", 1)
    start.press("Escape")
    wait_for_value(notebook, start, "2026-12-01 00:00:00")


def test_thumbs_move_by_keys_and_never_pass_each_other(open_in_both) -> None:
    notebook = hunt(open_in_both)
    box = notebook.output(1)
    start, end = box.get_by_role("slider", name="Start"), box.get_by_role("slider", name="End")
    start.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"):
        notebook.page.keyboard.press(key)
    notebook.wait_for_text("6 hours", 1)
    assert start.get_attribute("aria-valuetext") == "2026-11-20 04:00:00 UTC, 4 hours before the origin"
    notebook.page.keyboard.press("End")
    notebook.wait_for_text("0 seconds", 1)
    notebook.page.keyboard.press("ArrowRight")
    assert start.get_attribute("aria-valuenow") == end.get_attribute("aria-valuenow")
    notebook.page.keyboard.press("PageDown")
    notebook.wait_for_text("14 hours", 1)
    notebook.page.keyboard.press("Home")
    end.focus()
    notebook.page.keyboard.press("End")
    notebook.wait_for_text("6 days", 1)
    notebook.run_all()
    notebook.wait_for_text("from 2026-11-17T08:00:00+00:00 to 2026-11-23T08:00:00+00:00 | chosen", 2)


def drag(notebook, thumb, distance: int) -> None:
    place = thumb.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(x + distance / 2, y, steps=4)
    notebook.page.mouse.move(x + distance, y, steps=4)
    notebook.page.mouse.up()


def test_thumbs_are_dragged_by_mouse(open_in_both) -> None:
    notebook = hunt(open_in_both)
    box = notebook.output(1)
    drag(notebook, box.get_by_role("slider", name="Start"), -100)
    drag(notebook, box.get_by_role("slider", name="End"), -1000)
    notebook.wait_for_text("0 seconds", 1)
    # Both thumbs at one place: the direction of the movement tells which one it is.
    drag(notebook, box.get_by_role("slider", name="End"), 200)
    notebook.wait_for_text("chosen", 1)
    notebook.page.wait_for_timeout(300)
    notebook.run_all()
    notebook.wait_for_text("| chosen", 2)
    text = notebook.output(2).inner_text()
    start, end = text.split()[1], text.split()[3]
    assert start < end
    assert start < "2026-11-20T02"


def test_presets_units_and_origin(open_notebook) -> None:
    notebook = hunt(open_notebook)
    box = notebook.output(1)
    box.get_by_role("button", name="Last day").click()
    notebook.wait_for_text("1 day", 1)
    box.get_by_label("Step").select_option("Day")
    box.get_by_label("Origin (UTC)").fill("2026-11-10")
    box.get_by_label("Origin (UTC)").press("Enter")
    wait_for_value(notebook, box.get_by_label("End (UTC)"), "2026-11-10 00:00:00")
    notebook.run_all()
    notebook.wait_for_text("from 2026-11-09T00:00:00+00:00 to 2026-11-10T00:00:00+00:00 | typed", 2)
    assert notebook.output(1).get_by_label("Step").input_value() == "Day"


def test_while_a_cell_runs_typed_text_waits_and_the_widget_says_so(open_notebook) -> None:
    notebook = hunt(open_notebook, MAKE, "import time; time.sleep(4)", "print('over')")
    notebook.run_all()
    box = notebook.output(1)
    notebook.wait_until_run(2)
    start = box.get_by_label("Start (UTC)")
    start.fill("2026-11-20")
    start.press("Enter")
    notebook.wait_for_text("waiting for the kernel", 1)
    assert start.input_value() == "2026-11-20"
    notebook.wait_for_text("10 hours", 1)
    assert "waiting for the kernel" not in box.inner_text()


def test_lookback_by_keys_by_number_and_remembered(open_in_both) -> None:
    make = "back = Lookback(origin_time='2026-11-20 08:00'); back"
    notebook = open_in_both([SETUP, make, "print('start', back.start.isoformat(), back.value_source)"])
    notebook.run_all()
    notebook.wait_for_text("start 2026-11-20T02:00:00+00:00 default", 2)
    box = notebook.output(1)
    slider = box.get_by_label("Select time (hour) to look back")
    slider.focus()
    slider.press("ArrowRight")
    notebook.wait_for_text("2026-11-20 01:00:00 to 2026-11-20 08:00:00 UTC (chosen)", 1)
    number = box.get_by_role("spinbutton", name="hours")
    number.fill("100")
    number.press("Enter")
    box.get_by_role("alert").filter(has_text="100 is not between 1 and 72").wait_for()
    assert number.input_value() == "100"
    number.fill("24")
    number.press("Enter")
    notebook.wait_for_text("2026-11-19 08:00:00 to", 1)
    notebook.run_all()
    notebook.wait_for_text("start 2026-11-19T08:00:00+00:00 typed", 2)
    assert notebook.output(1).get_by_role("spinbutton").input_value() == "24"


HOSTILE = '</b><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202e\x00&amp;'


def test_hostile_text_typed_or_as_a_description_runs_no_script(open_notebook) -> None:
    make = f"hunt = QueryTime(description={HOSTILE!r}, id='hunt'); hunt"
    notebook = hunt(open_notebook, make, f"Lookback(description={HOSTILE!r})")
    box = notebook.output(1)
    for text in (HOSTILE, "9" * 1_000_000, "/" * 1000):
        box.get_by_label("Start (UTC)").fill(text)
        box.get_by_label("Start (UTC)").press("Enter")
        box.get_by_role("alert").filter(has_text="is not a time").or_(
            box.get_by_role("alert").filter(has_text="may be a date")
        ).first.wait_for()
    assert notebook.page.evaluate("() => window.hacked === undefined")
    assert notebook.page.locator(".jp-Notebook .jp-OutputArea img").count() == 0
    box.get_by_label("Start (UTC)").fill("yesterday")
    box.get_by_label("Start (UTC)").press("Enter")
    notebook.wait_for_text("typed", 1)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_gallery_is_drawn(open_notebook, theme: str) -> None:
    notebook = open_notebook([SETUP, MAKE, SHOW, "back = Lookback(); back"])
    notebook.theme(theme)
    notebook.run_all()
    notebook.output(3).get_by_role("slider").wait_for()
    short = theme.rsplit(maxsplit=1)[-1].lower()
    notebook.output(1).get_by_role("slider", name="End").focus()
    time.sleep(1)
    notebook.screenshot(f"times-{short}")


def test_narrow_page_has_no_sideways_overflow(open_notebook) -> None:
    notebook = open_notebook([SETUP, MAKE, SHOW, "back = Lookback(); back"])
    notebook.page.set_viewport_size({"width": 420, "height": 900})
    notebook.command("application:toggle-left-area")
    notebook.run_all()
    notebook.output(3).get_by_role("slider").wait_for()
    time.sleep(1)
    for kind in ("period", "lookback"):
        box = notebook.page.locator(f".huntbook-{kind}")
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    notebook.screenshot("times-narrow")


def test_local_time_of_the_browser_is_shown_beside_utc(open_notebook) -> None:
    notebook = open_notebook([SETUP, MAKE, "Lookback(origin_time='2026-11-20 08:00')"])
    session = notebook.page.context.new_cdp_session(notebook.page)
    session.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Kolkata"})
    notebook.run_all()
    notebook.wait_for_text("2026-11-20 07:30:00 Asia/", 1)
    notebook.wait_for_text("2026-11-20 15:30:00 Asia/", 1)
    notebook.wait_for_text("2026-11-20 07:30:00 to 2026-11-20 13:30:00 Asia/", 2)
    notebook.screenshot("times-local")

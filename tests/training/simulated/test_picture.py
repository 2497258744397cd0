from __future__ import annotations

from training.simulated.picture import SHOWN, picture, world


def test_the_picture_says_that_it_is_simulated_and_shows_what_it_should() -> None:
    drawn = picture(world(1000, 6))
    assert drawn.get_suptitle().startswith("Simulated: 1,000 businesses that do not exist")
    titles = [axes.get_title() for axes in drawn.axes]
    assert len(set(titles)) == 4
    lines = {str(line.get_label()) for line in drawn.axes[0].get_lines()}
    assert set(SHOWN) <= lines

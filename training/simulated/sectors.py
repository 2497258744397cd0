"""The simulated sectors: what they are, where they lie, how they sell through week and year.

The sectors and their places are those people in Batang live by; the numbers are
assumptions (docs/simulator.md), none a statistic about Batang.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.rows import Floats

Week = tuple[float, float, float, float, float, float, float]

STEADY: Final[Week] = (1, 1, 1, 1, 1.05, 1.1, 0.85)
WEEKEND: Final[Week] = (0.95, 0.95, 0.95, 1, 0.95, 1.1, 1.1)
WORKSHOP: Final[Week] = (1.05, 1.05, 1.05, 1.05, 0.8, 1.2, 0.8)
AT_SEA: Final[Week] = (1.1, 1.1, 1.1, 1.1, 0.4, 1.1, 1.1)


@dataclass(frozen=True)
class Sector:
    """What the businesses of a sector have in common.

    Args:
        kbli: the activity's code, KBLI 2020.
        share: of all businesses.
        daily_sales: true sales of a usual day, rupiah, median over businesses.
        sales_a_day: recorded sales of such a day, how many on average.
        margin: share of sales that suppliers do not take, mean over businesses.
        ramadan: factor on sales in the thirty days before Idulfitri.
        online: share of businesses that come to sell on a marketplace.
        order_value: of a marketplace order, rupiah, median over businesses.
        week: factor on sales from Monday to Sunday.
        lull: factor from December to February.
        harvest: factor in the months of the rice harvest, March, April, July and August.
        school: factor from mid-June to the end of July, when school begins.
        places: kecamatan → how many times likelier there than elsewhere, per inhabitant.
        elsewhere: the same for all other kecamatan.
    """

    kbli: str
    share: float
    daily_sales: float
    sales_a_day: float
    margin: float
    ramadan: float
    online: float = 0.0
    order_value: float = 80e3
    week: Week = STEADY
    lull: float = 1.0
    harvest: float = 1.0
    school: float = 1.0
    places: dict[str, float] = field(default_factory=dict)
    elsewhere: float = 1.0


SECTORS: Final = {
    "kelontong": Sector(
        "47112", 0.24, 650e3, 1.10, 0.28, 1.25, online=0.05, harvest=1.08, school=1.05
    ),
    "warung": Sector("56102", 0.15, 500e3, 1.10, 0.40, 1.50, online=0.08, week=WEEKEND),
    "emping": Sector(
        "10794", 0.09, 520e3, 0.90, 0.36, 1.60, online=0.30, week=WEEKEND, places={"Limpung": 8}
    ),
    "batik": Sector(
        *("13134", 0.07, 600e3, 0.55, 0.45, 1.50),
        online=0.40,
        order_value=180e3,
        week=WORKSHOP,
        places={"Batang": 3, "Warungasem": 3},
    ),
    "konveksi": Sector(
        *("14111", 0.06, 650e3, 0.60, 0.35, 2.00),
        online=0.40,
        order_value=120e3,
        week=WORKSHOP,
        school=1.3,
        places={"Batang": 2, "Warungasem": 2},
    ),
    "fishing": Sector(
        *("03111", 0.09, 750e3, 0.75, 0.42, 1.05),
        week=AT_SEA,
        lull=0.45,
        places=dict.fromkeys(("Kandeman", "Tulis", "Subah", "Banyuputih"), 2.0)
        | {"Batang": 6, "Gringsing": 3},
        elsewhere=0.0,
    ),
    "furniture": Sector(
        *("31001", 0.05, 700e3, 0.45, 0.38, 1.10),
        online=0.15,
        order_value=150e3,
        week=WORKSHOP,
        harvest=1.1,
        places={"Limpung": 2, "Gringsing": 1.5, "Subah": 1.5},
    ),
    "essential_oil": Sector(
        *("20294", 0.03, 700e3, 0.40, 0.35, 1.00),
        online=0.20,
        lull=0.8,
        places={"Reban": 8, "Blado": 3, "Bandar": 2},
        elsewhere=0.3,
    ),
    "palm_sugar": Sector(
        *("10722", 0.03, 450e3, 0.80, 0.35, 1.50),
        online=0.30,
        lull=0.9,
        places={"Tersono": 8, "Bawang": 2},
        elsewhere=0.4,
    ),
    "tea": Sector(
        *("10763", 0.02, 450e3, 0.70, 0.35, 1.20),
        online=0.20,
        places={"Blado": 15, "Reban": 2},
        elsewhere=0.1,
    ),
    "leather": Sector(
        *("15121", 0.03, 600e3, 0.50, 0.40, 1.60),
        online=0.35,
        order_value=150e3,
        week=WORKSHOP,
        places={"Warungasem": 8},
        elsewhere=0.5,
    ),
    "bamboo": Sector(
        *("16291", 0.02, 400e3, 0.50, 0.50, 1.15),
        online=0.20,
        week=WORKSHOP,
        places={"Wonotunggal": 8},
        elsewhere=0.5,
    ),
    "fruit": Sector(
        *("47212", 0.06, 500e3, 1.00, 0.25, 1.30),
        online=0.02,
        week=WEEKEND,
        harvest=1.05,
        places={"Pecalungan": 5},
    ),
    "repair": Sector("45407", 0.04, 420e3, 0.85, 0.60, 1.25, week=WORKSHOP, harvest=1.05),
    "laundry": Sector("96200", 0.02, 400e3, 0.90, 0.60, 1.05, places={"Batang": 3}),
}


def of_sectors(name: str) -> Floats:
    """Return one number of every sector, in the order of `SECTORS`."""
    return np.array([getattr(sector, name) for sector in SECTORS.values()], dtype=np.float64)

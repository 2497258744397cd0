"""The kill switch: who decides, the champion or the rules, by whom it was set and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class SwitchRow(Base):
    """One setting of the switch; the last one holds. Kept for ever."""

    __tablename__ = "switches"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scorer: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Instant)

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes resource quantities: read in any form, written back in the one form the servers use."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Style = Literal["binary", "decimal", "exponent"]
BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BY_EXPONENT = {exponent: suffix for suffix, exponent in DECIMAL.items()}
FORM = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(\D.*)?", re.ASCII)
EXPONENT = re.compile(r"[eE]([+-]?\d{1,3})", re.ASCII)
NANO = 10**9
ACCEPTED = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


class BadQuantity(ValueError):
    """The text is no quantity; what the server would say."""


@dataclass(frozen=True)
class Quantity:
    """An amount, and the style it was written in."""

    value: Fraction
    style: Style = "binary"

    @property
    def whole(self) -> int:
        """Rounded up: bytes of memory come in whole ones."""
        return math.ceil(self.value)

    def __str__(self) -> str:
        if not self.value:
            return "0"
        if self.style == "binary" and abs(self.value) >= 1024:
            amount, power = self.whole, 0
            while amount % 1024 == 0 and power < len(BINARY) - 1:
                amount, power = amount // 1024, power + 1
            return f"{amount}{BINARY[power]}"
        exponent = next(one for one in range(18, -12, -3) if (self.value / Fraction(10) ** one).denominator == 1)
        amount = int(self.value / Fraction(10) ** exponent)
        if self.style == "exponent":
            return f"{amount}e{exponent}" if exponent else str(amount)
        return f"{amount}{BY_EXPONENT[exponent]}"


def parse(text: str) -> Quantity:
    """Read ``128Mi``, ``0.1``, ``100m``, ``1e3``; :class:`BadQuantity` for anything else."""
    match = FORM.fullmatch(text)
    if match is None:
        raise BadQuantity(ACCEPTED)
    sign, digits, suffix = match[1], match[2], match[3] or ""
    value = Fraction(f"{sign}{digits.rstrip('.')}" if not digits.startswith(".") else f"{sign}0{digits}")
    style: Style = "decimal"
    exponent = EXPONENT.fullmatch(suffix)
    if suffix in DECIMAL:
        value *= Fraction(10) ** DECIMAL[suffix]
    elif suffix in BINARY:
        value, style = value * 1024 ** BINARY.index(suffix), "binary"
    elif exponent is not None:
        value, style = value * Fraction(10) ** int(exponent[1]), "exponent"
    else:
        raise BadQuantity("unable to parse quantity's suffix" if re.match(r"[eEinumkKMGTP]", suffix) else ACCEPTED)
    scaled = value * NANO
    return Quantity(Fraction(math.ceil(scaled) if scaled > 0 else math.floor(scaled), NANO), style)

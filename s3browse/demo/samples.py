"""Sample data: the buckets of a company that does not exist, with days and sizes that do not change."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from s3browse.demo.big_bucket import Fixed, Numbered
from s3browse.demo.hostile import HOSTILE_KEYS
from s3browse.demo.listing import Entry
from s3browse.demo.pages import website_files
from s3browse.demo.s3 import LAKE, LOCKED, UNLISTED
from s3browse.demo.store import Store

NEWEST = datetime(2026, 11, 20, 17, 42, 9)
"""No sample is younger, so that a screen of them can be drawn again."""

_BUCKETS = (
    ("acme-data-lake", "us-east-1", 412),
    ("acme-empty", "us-east-1", 3),
    ("acme-eu-archive", "eu-west-1", 1630),
    ("acme-hostile", "us-east-1", 31),
    (LOCKED, "us-east-1", 208),
    ("acme-logs", "us-east-1", 897),
    (UNLISTED, "us-east-1", 54),
    ("acme-reports", "us-east-1", 733),
    ("acme-versions", "us-east-1", 120),
    ("acme-website", "us-east-1", 1104),
)
"""Name, region, and age in days on the newest day."""
_PATHS = ("/", "/api/orders", "/api/orders/8812", "/api/customers", "/login", "/static/app.js", "/health")
_LEVELS = ("INFO", "INFO", "INFO", "INFO", "WARN", "ERROR")
_REGIONS = ("eu-west", "eu-north", "us-east", "us-west", "ap-south")


def fill(store: Store) -> None:
    """Makes the sample buckets and their objects."""
    for name, region, age in _BUCKETS:
        created = (NEWEST - timedelta(days=age)).replace(tzinfo=UTC)
        store.create_bucket(name, region=region, created=created, versioned=name == "acme-versions")
    for fill_bucket in (_fill_logs, _fill_reports, _fill_website, _fill_lake, _fill_versions, _fill_rest):
        fill_bucket(store)
    for number, key in enumerate(HOSTILE_KEYS):
        text = f"The key of this object is {key!r}.\n".encode()
        store.put("acme-hostile", key, text, modified=_days_ago(number % 30), content_type="text/plain")


def computed(keys: int) -> tuple[Numbered, Fixed]:
    """Returns the data lake's computed objects: so many events, and a few exports of many MiB."""
    exports = (("orders-2026-08.csv", 6, 81), ("orders-2026-09.csv", 48, 50), ("orders-2026-10.csv", 180, 19))
    entries = [
        Entry(
            f"exports/{name}",
            size * 1024 * 1024,
            f"{_days_ago(age):%Y-%m-%dT%H:%M:%S}.000Z",
            f'"{random.Random(name).getrandbits(128):032x}-{size}"',
            "STANDARD",
        )
        for name, size, age in exports
    ]
    return Numbered("events/part-", keys), Fixed(entries)


def _days_ago(days: float) -> datetime:
    return NEWEST - timedelta(days=days, seconds=days * 37 * 61 % 36_007)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


@cache
def _log_lines() -> tuple[str, ...]:
    chance = random.Random("logs")
    lines = []
    for number in range(1200):
        second = number * 3
        record = {
            "time": f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}",
            "level": chance.choice(_LEVELS),
            "method": chance.choice(("GET", "GET", "GET", "POST", "PUT")),
            "path": chance.choice(_PATHS),
            "status": chance.choice((200, 200, 200, 201, 304, 404, 500)),
            "ms": chance.randrange(2, 900),
            "request": f"{chance.getrandbits(48):012x}",
        }
        lines.append(json.dumps(record))
    return tuple(lines)


def _fill_logs(store: Store) -> None:
    chance = random.Random("acme-logs")
    for day in _days(date(2026, 9, 1), date(2026, 11, 20)):
        for name in _log_names(day):
            body = _log_body(name, day, chance)
            moment = datetime(day.year, day.month, day.day, 23, 59) - timedelta(seconds=chance.randrange(40_000))
            storage_class = "STANDARD" if day.month == 11 else "STANDARD_IA" if day.month == 10 else "GLACIER"
            modified = min(moment, NEWEST)
            store.put("acme-logs", name, body, modified=modified, storage_class=storage_class)


def _log_names(day: date) -> list[str]:
    folder = f"{day:%Y/%m/%d}"
    names = [f"app/{folder}/api.json.gz", f"app/{folder}/metrics.csv"]
    if day.month == 11:
        names += [f"app/{folder}/api-{hour:02d}.json.gz" for hour in (6, 12, 18)]
        names += [f"app/{folder}/worker.log", f"alb/{folder}/eu-west-1_elb_{day:%Y%m%d}T2355Z.log"]
    return names


def _log_body(name: str, day: date, chance: random.Random) -> bytes:
    lines = _log_lines()
    start = chance.randrange(len(lines) - 900)
    chosen = lines[start : start + chance.randrange(60, 900)]
    if name.endswith(".gz"):
        return gzip.compress("\n".join(chosen).encode() + b"\n", compresslevel=1, mtime=0)
    if name.endswith(".csv"):
        rows = (f"{day}T{hour:02d}:00:00Z,{chance.randrange(10_000)},{chance.random():.4f}" for hour in range(24))
        return ("time,requests,error_rate\n" + "\n".join(rows) + "\n").encode()
    return "".join(f"{day} {line[10:18]} {line[22:]}\n" for line in chosen).encode()


def _fill_reports(store: Store) -> None:
    chance = random.Random("acme-reports")
    for number, (year, quarter) in enumerate((year, quarter) for year in (2025, 2026) for quarter in (1, 2, 3, 4)):
        age = (7 - number) * 92
        storage_class = "STANDARD" if age < 200 else "INTELLIGENT_TIERING" if age < 400 else "DEEP_ARCHIVE"
        for name, make in _REPORTS.items():
            store.put(
                "acme-reports",
                f"{year}/Q{quarter}/{name}",
                make(f"{year} Q{quarter}", chance),
                modified=_days_ago(age + chance.randrange(5)),
                storage_class=storage_class,
                content_type=_TYPES[name.rpartition(".")[2]],
            )
    store.put("acme-reports", "README.md", _REPORTS_README, modified=_days_ago(9), content_type="text/markdown")
    store.tag("acme-reports", "README.md", {"owner": "finance", "retention": "7y"})


def _sales(title: str, chance: random.Random) -> bytes:
    rows = (
        f"{number},{chance.choice(_REGIONS)},{chance.choice(('basic', 'team', 'company'))},"
        f"{chance.randrange(1, 40)},{chance.randrange(900, 250_000) / 100:.2f}"
        for number in range(1, chance.randrange(400, 2400))
    )
    return ("id,region,plan,seats,amount\n" + "\n".join(rows) + "\n").encode()


def _summary(title: str, chance: random.Random) -> bytes:
    regions = {name: {"orders": chance.randrange(900), "revenue": chance.randrange(90_000)} for name in _REGIONS}
    return json.dumps({"period": title, "currency": "EUR", "regions": regions}, indent=2).encode() + b"\n"


def _tickets(title: str, chance: random.Random) -> bytes:
    kinds = ("billing", "login", "upload", "billing", "question")
    records = (
        {"id": number, "kind": chance.choice(kinds), "open_hours": chance.randrange(1, 72)}
        for number in range(1, chance.randrange(100, 600))
    )
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def _notes(title: str, chance: random.Random) -> bytes:
    growth = chance.randrange(2, 19)
    return (
        f"# Notes on {title}\n\nRevenue grew by **{growth} %**.\n\n"
        "- The northern region is ahead of its plan.\n- Two large orders moved into the next quarter.\n"
        "\n| region | orders |\n| --- | ---: |\n"
        + "".join(f"| {name} | {chance.randrange(90, 900)} |\n" for name in _REGIONS)
    ).encode()


def _board(title: str, chance: random.Random) -> bytes:
    text = f"BT /F1 24 Tf 72 720 Td (Board report {title}) Tj ET"
    return (
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >> endobj\n"
        f"4 0 obj << /Length {len(text)} >> stream\n{text}\nendstream endobj\n"
        "trailer << /Root 1 0 R >>\n%%EOF\n"
    ).encode()


_REPORTS: dict[str, Callable[[str, random.Random], bytes]] = {
    "sales.csv": _sales,
    "summary.json": _summary,
    "tickets.ndjson": _tickets,
    "notes.md": _notes,
    "board.pdf": _board,
}
_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "md": "text/markdown",
    "pdf": "application/pdf",
}
_REPORTS_README = b"# Reports\n\nOne folder a year, one a quarter. `sales.csv` is the source of all the others.\n"


def _fill_website(store: Store) -> None:
    for number, (name, content_type, body) in enumerate(website_files()):
        modified = _days_ago(number * 1.7)
        store.put("acme-website", name, body, modified=modified, content_type=content_type)


def _fill_lake(store: Store) -> None:
    chance = random.Random(LAKE)
    for number in range(1, 41):
        rows = (
            json.dumps({"id": number * 1000 + row, "country": chance.choice(("DE", "FR", "JP", "US"))}) + "\n"
            for row in range(chance.randrange(200, 2000))
        )
        name = f"customers/country-{number:02d}.ndjson"
        store.put(LAKE, name, "".join(rows).encode(), modified=_days_ago(number), storage_class="STANDARD_IA")
    text = b"# Data lake\n\n- `events/` one file a batch\n- `customers/` one file a country\n"
    store.put(LAKE, "README.md", text, modified=_days_ago(40), content_type="text/markdown")


def _fill_versions(store: Store) -> None:
    bucket = "acme-versions"
    for number in range(1, 7):
        text = json.dumps({"version": number, "limits": {"seats": number * 10}, "beta": number > 4}, indent=2)
        store.put(bucket, "config/app.json", text.encode(), modified=_days_ago(60 - number * 9))
    for number in range(1, 4):
        text = f"# Handbook\n\nEdition {number}.\n" + "A line that stayed.\n" * number
        store.put(bucket, "handbook.md", text.encode(), modified=_days_ago(90 - number * 20))
    for number in (1, 2):
        store.put(bucket, "old/plan.txt", f"Plan {number}\n".encode(), modified=_days_ago(100 - number))
    store.delete(bucket, "old/plan.txt", modified=_days_ago(12))
    store.put(bucket, "once.txt", b"Written once.\n", modified=_days_ago(33))


def _fill_rest(store: Store) -> None:
    for year in range(2022, 2026):
        for month in range(1, 13):
            name = f"backup/{year}/{month:02d}/ledger.csv"
            age = (2026 - year) * 365 - month * 30 + 300
            body = _sales(name, random.Random(name))
            storage_class = "DEEP_ARCHIVE" if year < 2025 else "GLACIER"
            store.put("acme-eu-archive", name, body, modified=_days_ago(age), storage_class=storage_class)
    store.put("acme-eu-archive", "INDEX.txt", b"backup/YEAR/MONTH/ledger.csv\n", modified=_days_ago(320))
    store.put(LOCKED, "salaries.csv", b"name,amount\n", modified=_days_ago(70))
    store.put(UNLISTED, "drop/for-alice.txt", b"You had to know the bucket's name.\n", modified=_days_ago(5))

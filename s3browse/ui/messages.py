"""Messages that cross widgets."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from s3browse.s3.location import Location
from s3browse.session.broker import Event


@dataclass
class SessionChanged(Message):
    """Posted, from any thread, when something has happened to the session."""

    event: Event


@dataclass
class LocationChosen(Message):
    """Posted when the person has pointed at a place to go to."""

    location: Location

"""The main screen: a session above, the rows of one location below, and the ways through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from s3browse import text
from s3browse.errors import S3BrowseError
from s3browse.s3.history import History
from s3browse.s3.listing import Kind, Listing, Page, Stage
from s3browse.s3.location import ROOT, Location
from s3browse.session.broker import Snapshot, State
from s3browse.ui.background import in_thread
from s3browse.ui.messages import LocationChosen
from s3browse.ui.screens.goto import GoToScreen
from s3browse.ui.screens.object import ObjectScreen, copy_uri
from s3browse.ui.widgets.entry_table import EntryTable
from s3browse.ui.widgets.notice import Notice
from s3browse.ui.widgets.path_bar import PathBar
from s3browse.ui.widgets.session_panel import SessionPanel
from s3browse.ui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from s3browse.s3.connection import Connection


class BrowserScreen(Screen[None]):
    """Shows one location and goes to others. Rows are loaded page by page behind it."""

    CSS_PATH = "browser.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,h,left", "up", "Up", id="up-level", key_display="bksp", tooltip="The folder above"),
        Binding(
            "left_square_bracket",
            "back",
            "Back",
            id="back",
            key_display="[",
            show=False,
            tooltip="Where you were before",
        ),
        Binding(
            "right_square_bracket",
            "ahead",
            "Forward",
            id="forward",
            key_display="]",
            show=False,
            tooltip="Undo going back",
        ),
        Binding("colon", "go_to", "Go to", id="go-to", key_display=":", tooltip="Go to any s3:// location"),
        Binding("ctrl+r,f5", "refresh", "Refresh", id="refresh", key_display="^r", tooltip="Load these rows anew"),
        Binding(
            "plus", "load_rest", "Load the rest", id="load-rest", show=False, tooltip="Go on with what was stopped"
        ),
        Binding("y", "copy_uri", "Copy URI", id="copy-uri", show=False, tooltip="Copy the row's s3:// URI"),
        Binding("escape", "escape", "Stop / up", id="escape", show=False, tooltip="Stop loading, else go up"),
    ]

    def __init__(self, start: Location) -> None:
        super().__init__()
        self._start = start
        self._connection: Connection | None = None
        self._history = History()
        self._wanted_key: str | None = None
        self._snapshot: Snapshot | None = None
        self._refreshing = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Horizontal(id="top"):
            yield Static("s3browse", id="brand")
            yield PathBar()
            yield Static(id="place")
        yield SessionPanel()
        yield Static(id="banner")
        with Container(id="rows"):
            yield EntryTable()
            yield Notice()
        yield StatusBar()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with a word about what is going on."""
        self.query_one(Notice).say("Connecting …", "Looking for base credentials and asking STS for a session.")
        self._show_rows(False)
        self.query_one(EntryTable).focus()

    # The session

    def begin(self, connection: Connection) -> None:
        """Start browsing with a connection, unless that has begun; its first session may still be on its way."""
        if self._connection is None:
            self._connection = connection
            self._go(self._start)

    def start_failed(self, error: S3BrowseError) -> None:
        """Tell why there is no connection."""
        self.query_one(Notice).say_error(error, "ctrl+r tries again · q quits")
        self.query_one(SessionPanel).say_none()
        self._show_rows(False)
        self.query_one(StatusBar).update("not connected")

    def session_changed(self, snapshot: Snapshot) -> None:
        """Show another moment of the session."""
        waited = self._is_waiting
        self._snapshot = snapshot
        self.query_one(SessionPanel).snapshot = snapshot
        self._show_place(snapshot)
        self._show_banner(snapshot)
        if waited != self._is_waiting and self._connection is not None:
            self._show_listing_state()

    @property
    def _is_waiting(self) -> bool:
        return self._snapshot is not None and self._snapshot.waiting > 0

    def _show_place(self, snapshot: Snapshot) -> None:
        identity = snapshot.session.identity if snapshot.session else None
        words = " · ".join(text.safe(part) for part in (identity.name if identity else "", self._region()) if part)
        place = self.query_one("#place", Static)
        if place.content != words:
            place.update(Content(words))

    def _region(self) -> str:
        """The region of the bucket that one is in, where the list of buckets has told it."""
        buckets, here = self._history.find(ROOT), self.listing.location
        if self._connection is None or here.is_root or buckets is None:
            return self._connection.s3.region if self._connection and here.is_root else ""
        row = buckets.row_of(here.bucket)
        return "" if row is None else buckets.entry(row).detail

    def _show_banner(self, snapshot: Snapshot) -> None:
        banner = self.query_one("#banner", Static)
        words = {
            State.EXPIRING: "The session ends soon.  R  renews it now; nothing is lost either way.",
            State.EXPIRED: "The session is over: nothing new can be read.  R  renews it; nothing is lost.",
        }.get(snapshot.state, "")
        banner.set_class(snapshot.state is State.EXPIRED, "-expired")
        banner.display = bool(words)
        if banner.content != words:
            banner.update(Content(words))

    # Going places

    def _go(self, location: Location, *, wanted_key: str | None = None, kept: bool = False) -> None:
        """Go to a location, to the rows kept of it where ``kept`` is true and there are some."""
        listing = self._history.find(location) if kept else None
        if listing is None:
            listing = Listing(location)
        self._wanted_key = wanted_key
        self._history.visit(listing)
        self._enter(listing)

    def _enter(self, listing: Listing) -> None:
        """Show a listing, and load it where it is not complete."""
        self.query_one(PathBar).location = listing.location
        if self._wanted_key is not None and (row := listing.row_of(self._wanted_key)) is not None:
            listing.cursor = row
        self.query_one(EntryTable).show(listing)
        if listing.stage in (Stage.LOADING, Stage.FAILED):
            self._load(listing)
        else:
            self.workers.cancel_group(self, "listing")
        self._refreshing = False
        self._show_listing_state()

    @work(exclusive=True, group="listing", exit_on_error=True, description="list")
    async def _load(self, listing: Listing, replaced: Listing | None = None) -> None:
        """Load a listing to its end, page by page.

        Args:
            listing: What the pages are added to.
            replaced: What stays on the screen until the new rows reach the cursor's place.
        """
        assert self._connection is not None
        listing.resume()
        try:
            while listing.stage is Stage.LOADING:
                page = await in_thread(self._connection.s3.page, listing.location, listing.next_token)
                listing.append(page)
                if replaced is None:
                    self._page_came(listing, page)
                elif _reaches(listing, page, replaced):
                    self._put_in_place_of(listing, replaced)
                    replaced = None
                self._show_listing_state()
        except S3BrowseError as error:
            self._load_failed(listing, replaced, error)

    def _page_came(self, listing: Listing, page: Page) -> None:
        if self._wanted_key in page.prefixes or self._wanted_key in page.keys:
            listing.cursor = listing.row_of(str(self._wanted_key)) or 0
            self._wanted_key = None
            self.query_one(EntryTable).show(listing)
        elif listing.stage is Stage.COMPLETE and (folder := _only_folder(listing)):
            self._history.replace(Listing(folder))
            self._enter(self.listing)
        else:
            self.query_one(EntryTable).rows_came()

    def _put_in_place_of(self, listing: Listing, replaced: Listing) -> None:
        listing.take_place_of(replaced)
        self._history.replace(listing)
        self._refreshing = False
        self.query_one(EntryTable).show(listing)

    def _load_failed(self, listing: Listing, replaced: Listing | None, error: S3BrowseError) -> None:
        if replaced is not None:
            self._refreshing = False
            self.notify(text.safe_lines(error.message), title=text.safe(error.title), severity="error", markup=False)
        else:
            listing.fail(error)
        self._show_listing_state()

    @property
    def listing(self) -> Listing:
        """The rows that are on the screen."""
        current = self._history.current
        return Listing(self._start) if current is None else current

    # What is shown of a listing

    def _show_listing_state(self) -> None:
        listing = self.listing
        self.query_one(StatusBar).show(listing, waiting=self._is_waiting, refreshing=self._refreshing)
        self._show_rows(len(listing) > 0)
        if len(listing):
            return
        notice = self.query_one(Notice)
        name = text.safe(listing.location.uri)
        if listing.stage is Stage.FAILED and listing.error is not None:
            notice.say_error(listing.error, "ctrl+r tries again · backspace goes up")
        elif listing.is_empty:
            self._say_empty(notice, listing)
        elif listing.stage is Stage.STOPPED:
            notice.say("Stopped", f"{name} was not read.", "+ reads it · backspace goes up")
        elif self._is_waiting:
            notice.say("Waiting for a session", f"{name} is read as soon as there is one.", "R gets one")
        else:
            notice.say("Reading …", name, "esc stops")

    def _say_empty(self, notice: Notice, listing: Listing) -> None:
        if listing.location.is_root:
            notice.say(
                "No buckets", "This identity owns no bucket, or may not see any.", ": goes to a bucket by its name"
            )
        elif listing.location.prefix:
            notice.say("Nothing here", f"No key begins with {text.safe(listing.location.uri)}", "backspace goes up")
        else:
            notice.say("This bucket is empty", text.safe(listing.location.uri), "backspace goes up")

    def _show_rows(self, rows: bool) -> None:
        self.query_one(Notice).display = not rows

    # What the person does

    @on(EntryTable.Opened)
    def _row_opened(self, message: EntryTable.Opened) -> None:
        entry, here = message.entry, self.listing.location
        if entry.kind is Kind.OBJECT:
            self.app.push_screen(ObjectScreen(here, entry))
            return
        there = Location(entry.key) if entry.kind is Kind.BUCKET else Location(here.bucket, entry.key)
        kept = self._history.find(there)
        self._go(there, kept=kept is not None and kept.stage is not Stage.COMPLETE)

    @on(EntryTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self._wanted_key = None
        if self._connection is not None:
            self.query_one(StatusBar).show(self.listing, waiting=self._is_waiting, refreshing=self._refreshing)

    @on(LocationChosen)
    def _location_chosen(self, message: LocationChosen) -> None:
        if self._connection is not None and message.location != self.listing.location:
            self._go(message.location, wanted_key=self.listing.location.child_of(message.location), kept=True)

    def action_up(self) -> None:
        """Go to the folder above, with the cursor on the folder one comes from."""
        here = self.listing.location
        if self._connection is not None and not here.is_root:
            self._go(here.up(), wanted_key=here.child_of(here.up()), kept=True)

    def action_back(self) -> None:
        """Go back to where one was before."""
        if (listing := self._history.back()) is not None:
            self._wanted_key = None
            self._enter(listing)

    def action_ahead(self) -> None:
        """Go forward to where one was before going back."""
        if (listing := self._history.forward()) is not None:
            self._wanted_key = None
            self._enter(listing)

    @work(exclusive=True, group="go-to", exit_on_error=True, description="go to")
    async def action_go_to(self) -> None:
        """Ask for a location and go there."""
        if self._connection is None:
            return
        known = [entry.uri for entry in self._known_locations()]
        location = await self.app.push_screen_wait(GoToScreen(self.listing.location, known))
        if location is not None:
            self._go(location)

    def _known_locations(self) -> list[Location]:
        """Places to offer: the buckets that have been listed, and the folders on the screen."""
        buckets = self._history.find(ROOT)
        names = [Location(buckets.entry(row).key) for row in range(len(buckets))] if buckets is not None else []
        here = self.listing
        folders = [Location(here.location.bucket, here.entry(row).key) for row in range(min(here.prefixes, 500))]
        return [*folders, *names]

    def action_refresh(self) -> None:
        """Load the rows anew; the old ones stand until the new ones have reached the cursor's place."""
        if self._connection is None:
            self.app.call_later(self.app.run_action, "app.start")
            return
        old = self.listing
        if not len(old):
            self._history.replace(Listing(old.location))
            self._enter(self.listing)
            return
        old.stop()
        self._refreshing = True
        self._load(Listing(old.location), replaced=old)
        self._show_listing_state()

    def action_load_rest(self) -> None:
        """Go on with a listing that was stopped or has failed."""
        if self.listing.stage in (Stage.STOPPED, Stage.FAILED):
            self._refreshing = False
            self._load(self.listing)
            self._show_listing_state()

    def action_copy_uri(self) -> None:
        """Copy the s3:// URI of the row under the cursor."""
        listing = self.listing
        if listing.cursor < len(listing):
            entry = listing.entry(listing.cursor)
            in_bucket = entry.kind is not Kind.BUCKET
            copy_uri(self, Location(listing.location.bucket, entry.key) if in_bucket else Location(entry.key))

    def action_escape(self) -> None:
        """Stop loading and keep what came; where nothing loads, go up."""
        if self._connection is None:
            return
        listing = self.listing
        if self._refreshing or listing.stage is Stage.LOADING:
            self.workers.cancel_group(self, "listing")
            self._refreshing = False
            listing.stop()
            self._show_listing_state()
        else:
            self.action_up()


def _reaches(new: Listing, page: Page, old: Listing) -> bool:
    """Whether a reloaded listing has come, with its latest page, to the old one's cursor, and can take its place."""
    key = old.key_at_cursor()
    return new.stage is Stage.COMPLETE or key in page.keys or key in page.prefixes


def _only_folder(listing: Listing) -> Location | None:
    """The folder that was meant by a location without its last "/": the only thing that begins so."""
    prefix = listing.location.prefix
    if not prefix or prefix.endswith("/") or len(listing) != 1 or listing.row_of(prefix + "/") != 0:
        return None
    return Location(listing.location.bucket, prefix + "/")

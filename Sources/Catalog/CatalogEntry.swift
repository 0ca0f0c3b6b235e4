import Configuration
import Crypto
import MCP
import Reactor

/// What is known of one configured upstream. Confined to the catalog's loop.
final class CatalogEntry: @unchecked Sendable {
  let configuration: Configuration.Upstream
  let upstream: (any Upstream)?
  let timeout: Duration
  /// After how long each of its lists is read again, whatever it says.
  var maxAge: Duration
  var peer: UpstreamPeer?
  var tools = ItemList<Tool>()
  /// Counts the lists of tools that were other than the one before.
  var toolsReadings = 0
  var prompts = ItemList<Prompt>()
  var resources = ItemList<Resource>()
  var templates = ItemList<ResourceTemplate>()
  var problems: [CatalogList: [ItemProblem]] = [:]
  var errors: [CatalogList: String] = [:]
  /// Of each list as it is now.
  var freshness: [CatalogList: Freshness] = [:]
  /// What each list was when it was read last.
  var digests: [CatalogList: SHA256Digest] = [:]
  var listed: Set<CatalogList> = []
  /// Read at least once, with whatever success.
  var tried: Set<CatalogList> = []
  var isUp = false
  var wasDown = false
  /// Whether it had its time to come up.
  var isOverdue = false
  private var schedules = Dictionary(
    uniqueKeysWithValues: CatalogList.allCases.map { ($0, ListSchedule()) })
  /// What wakes each schedule next.
  var timers: [CatalogList: LoopTimer] = [:]
  let startError: String?
  /// What people said of its items, if it is quarantined.
  let book: PinBook
  let announcements = ListAnnouncements()
  /// How many of its connections have begun.
  let connections = ConnectionCount()
  /// What an operator says of it.
  var card: ServerCard?
  /// Why a person stopped it; nil when nobody did.
  var stopReason: String?
  /// Counts stops and their ends.
  var turn = 0
  /// Ends its connection, since it was stopped.
  var ending: Task<Void, Never>?
  /// Counts beginnings and ends of the connection.
  var connection = 0
  /// Who the server is, by the last look; nil until that was found out.
  var identity: ListedItem?
  /// How many connections had begun by that look.
  var identifiedConnections = 0
  /// The items of each list.
  var listedItems: [CatalogList: [ItemKey: ListedItem]] = [:]
  /// How many announcements there had been when the tools were read.
  var seen = 0
  var review = Review([], [:])
  /// What of it is approved.
  var approved = Approved()
  /// Whether `review` and `approved` are as of now.
  var isHeld = false
  /// Whether what is new in `review` was told.
  var isTold = false

  struct Approved {
    var tools = ItemList<Tool>()
    var prompts = ItemList<Prompt>()
    var resources = ItemList<Resource>()
    var templates = ItemList<ResourceTemplate>()
    var withheld: Set<ItemKey> = []
  }

  init(
    _ configuration: Configuration.Upstream, _ upstream: (any Upstream)?,
    limits: Configuration.Limits, error: String? = nil, book: PinBook = PinBook()
  ) {
    self.configuration = configuration
    self.upstream = upstream
    self.book = book
    timeout = configuration.timeout ?? limits.toolTimeout
    maxAge = limits.listMaxAge
    startError = error
  }

  /// The lists to read now or later, because of an event.
  func schedule(
    _ event: ListSchedule.Event, of list: CatalogList
  ) -> ListSchedule.Action? {
    schedules[list]?.handle(event)
  }

  /// The upstream is connected. Lists that it does not declare are empty.
  func connected(_ peer: UpstreamPeer) -> [CatalogList] {
    self.peer = peer
    isUp = true
    reviewAnew()
    upstream?.health?.reconnected()
    let declared = CatalogList.allCases.filter { peer.capabilities.lists.contains($0.kind) }
    for list in CatalogList.allCases where !declared.contains(list) {
      _ = schedule(.down, of: list)
      take(UpstreamListing.Contents(), of: list, at: MonotonicTime(nanoseconds: 0))
    }
    return declared
  }

  /// The connection ended. What was listed stays: a call says what is wrong, and clients keep
  /// stable names.
  func disconnected() {
    isUp = false
    wasDown = true
    for list in CatalogList.allCases { _ = schedule(.down, of: list) }
    endTimers()
  }

  /// Nothing wakes its schedules any more.
  func endTimers() {
    for timer in timers.values { timer.cancel() }
    timers = [:]
  }
}

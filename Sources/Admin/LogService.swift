public import HTTP
public import Ledger
public import Reactor

/// Shows the ledger's log to monitors and witnesses, read-only, as C2SP tlog-tiles: `checkpoint`,
/// `tile/…`, and `tile/entries/…` where that is wanted. On a listener of its own.
public final class LogService: Sendable {
  private let tiles: LedgerTiles
  private let showsEntries: Bool
  private let files: BlockingThread

  /// The log of a ledger's directory; files are read on `files`.
  public init(tiles: LedgerTiles, showsEntries: Bool, files: BlockingThread) {
    self.tiles = tiles
    self.showsEntries = showsEntries
    self.files = files
  }

  /// Serves one request.
  public func handle(_ exchange: HTTPExchange) {
    exchange.loop.spawn { await self.serve(exchange) }
  }

  private func serve(_ exchange: HTTPExchange) async {
    guard exchange.method == "GET" || exchange.method == "HEAD" else {
      return refuse(exchange, 405, "only GET and HEAD are served")
    }
    if exchange.path == "/log.pub" {
      return await answer(exchange, "text/plain; charset=utf-8", isImmutable: false) {
        [tiles] () throws(LedgerError) in
        Array(try tiles.keys().map { "\($0)\n" }.joined().utf8)
      }
    }
    guard let resource = LogResource(path: exchange.path.dropFirst()) else {
      return refuse(exchange, 404, "no such resource")
    }
    if case .entries = resource, !showsEntries {
      return refuse(exchange, 403, "the entries of this log are not shown")
    }
    let isCheckpoint = resource == .checkpoint
    await answer(
      exchange, isCheckpoint ? "text/plain; charset=utf-8" : "application/octet-stream",
      isImmutable: !isCheckpoint
    ) { [tiles] () throws(LedgerError) in try tiles.read(resource) }
  }

  private func answer(
    _ exchange: HTTPExchange, _ type: String, isImmutable: Bool,
    _ read: @escaping @Sendable () throws(LedgerError) -> [UInt8]?
  ) async {
    let bytes: [UInt8]?
    do {
      // Work that waits is bounded; beyond it clients come again.
      guard let found = try await files.runIfRoom(read) else {
        return refuse(exchange, 503, "busy; try again")
      }
      bytes = found
    } catch {
      return refuse(exchange, 500, "the log cannot be read at the moment")
    }
    guard let bytes else { return refuse(exchange, 404, "no such resource") }
    exchange.respond(
      status: 200,
      headers: HTTPHeaders([
        HTTPField(name: "Content-Type", value: type),
        HTTPField(
          name: "Cache-Control",
          value: isImmutable ? "public, max-age=31536000, immutable" : "no-cache"),
      ]), body: exchange.method == "HEAD" ? [] : bytes)
  }

  private func refuse(_ exchange: HTTPExchange, _ status: Int, _ reason: String) {
    exchange.respond(
      status: status,
      headers: HTTPHeaders([HTTPField(name: "Content-Type", value: "text/plain; charset=utf-8")]),
      body: Array((reason + "\n").utf8))
  }
}

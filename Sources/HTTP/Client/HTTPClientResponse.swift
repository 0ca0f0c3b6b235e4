internal import Reactor

/// The response to a request, whose body is read as it comes. Confined to the client's loop.
public final class HTTPClientResponse: @unchecked Sendable {  // confined to its loop
  enum Fields {
    /// As they came, looked up when somebody asks.
    case head(HTTPResponseHead)
    case list(status: Int, HTTPHeaders)
  }

  private let fields: Fields
  private let transfer: HTTPTransfer

  init(_ fields: Fields, _ transfer: HTTPTransfer) {
    self.fields = fields
    self.transfer = transfer
  }

  deinit {
    let transfer = self.transfer
    if transfer.loop.isCurrent {
      if !transfer.hasEnded { transfer.cancel() }
    } else {
      transfer.loop.execute { transfer.cancel() }
    }
  }

  /// The status code.
  public var status: Int {
    switch fields {
    case .head(let head): head.status
    case .list(let status, _): status
    }
  }

  /// All header fields in order; builds them anew for plain HTTP, so keep what you need.
  public var headers: HTTPHeaders {
    switch fields {
    case .head(let head): head.headers
    case .list(_, let headers): headers
    }
  }

  /// The first value of a header field, nil without one, without building the others.
  public func header(_ name: String) -> String? {
    switch fields {
    case .head(let head): head[name]
    case .list(_, let headers): headers[name]
    }
  }

  /// Lends the first value of a header field to `body` as it came; nil without one. Copies nothing.
  public func withHeader<Result>(
    _ name: String, _ body: (Span<UInt8>) -> Result
  ) -> Result? {
    switch fields {
    case .head(let head): head.withValue(of: name, body)
    case .list(_, let headers): headers[name].map { body($0.utf8Span.span) }
    }
  }

  /// The next bytes of the body as they come; nil at its end. Cancelling the task closes the
  /// connection.
  public func nextChunk() async throws(HTTPClientError) -> [UInt8]? {
    try await transfer.nextChunk()
  }

  /// The rest of the body, at most `limit` bytes, when all of it has come; nil when `collect` has
  /// to be asked.
  /// - Throws: `.bodyTooLarge`.
  public func collected(limit: Int) throws(HTTPClientError) -> [UInt8]? {
    guard let body = transfer.takeRest() else { return nil }
    guard body.count <= limit else { throw .bodyTooLarge(limit: limit) }
    return body
  }

  /// The rest of the body, at most `limit` bytes.
  /// - Throws: `.bodyTooLarge`, and the connection is closed then.
  public func collect(limit: Int) async throws(HTTPClientError) -> [UInt8] {
    guard var body = try await transfer.nextChunk() else { return [] }
    var isFirst = true
    while true {
      guard body.count <= limit else {
        transfer.cancel()
        throw .bodyTooLarge(limit: limit)
      }
      guard let chunk = try await transfer.nextChunk() else { return body }
      if isFirst {
        isFirst = false
        // The server's word on the length saves growing step by step, within the caller's bound.
        let length = header("Content-Length").flatMap { Int($0) } ?? 0
        body.reserveCapacity(max(body.count + chunk.count, min(length, limit)))
      }
      body.makeRoom(for: chunk.count, upTo: limit)
      body += chunk
    }
  }

  /// Gives the rest of the response up and closes its connection.
  public func cancel() {
    transfer.loop.preconditionCurrent()
    transfer.cancel()
  }
}

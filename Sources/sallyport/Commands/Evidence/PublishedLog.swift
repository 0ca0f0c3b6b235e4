import HTTP
import Ledger
import Reactor

/// A published log, read over HTTP. Blocks.
struct PublishedLog {
  private static let resourceBytesMax = 32 << 20

  private let prefix: String
  private let loop: EventLoop
  private let client: Client

  /// The log below a URL.
  init(url: String) throws {
    prefix = url.hasSuffix("/") ? String(url.dropLast()) : url
    _ = try HTTPURL(prefix)
    loop = try EventLoop(name: "log-client")
    client = Client()
  }

  /// Made on the loop when it first runs.
  private final class Client: @unchecked Sendable {
    var http: HTTPClient?
    var result: Result<[UInt8]?, LedgerError>?
  }

  /// The bytes of a resource; nil when the server has none.
  func fetch(_ path: String) throws(LedgerError) -> [UInt8]? {
    let url = "\(prefix)/\(path)"
    let (client, loop) = (client, loop)
    client.result = nil
    loop.spawn {
      client.result = await Self.exchange(url, client, loop)
      loop.stop()
    }
    loop.run()
    return try client.result?.get()
  }

  private static func exchange(
    _ url: String, _ client: Client, _ loop: EventLoop
  ) async -> Result<[UInt8]?, LedgerError> {
    let http = client.http ?? HTTPClient(loop: loop, configuration: HTTPClientConfiguration())
    client.http = http
    do {
      var request = HTTPClientRequest(url: try HTTPURL(url))
      request.isReplayable = true
      request.timeouts.total = .seconds(60)
      let response = try await http.send(request)
      let body = try await response.collect(limit: resourceBytesMax)
      switch response.status {
      case 200: return .success(body)
      case 404, 410: return .success(nil)
      default: return .failure(.unusable(file: url, reason: "HTTP status \(response.status)"))
      }
    } catch {
      return .failure(.unusable(file: url, reason: "\(error)"))
    }
  }
}

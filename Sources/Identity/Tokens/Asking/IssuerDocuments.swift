import Configuration
import HTTP
import Logging
import Reactor

/// Asks issuers: the one place of this target that reaches the network.
protocol IssuerDocuments: Sendable {
  /// The body of a good answer.
  func ask(_ request: IssuerRequest) async -> Result<IssuerAnswer, IssuerError>

  /// Does something beside whoever asks for it.
  func spawn(_ body: @escaping @Sendable () async -> Void)
}

/// What an issuer is asked.
struct IssuerRequest: Sendable, Equatable {
  var url: String
  /// A form to post; nil gets a document.
  var form: [UInt8]?
  var authorization: String?
  var allowsPrivateAddresses = false
  var certificateAuthorities: String?
}

/// What it said.
struct IssuerAnswer: Sendable {
  var body: [UInt8]
  /// For how many seconds it counts, where that was said.
  var lifetime: Int64?
}

/// Asks over HTTP, on one loop: `https`, or `http` to this machine; no redirects, no proxies, no
/// addresses that are not public unless the issuer is configured to be there, 256 kB and 10 s.
final class HTTPIssuerDocuments: IssuerDocuments, @unchecked Sendable {  // confined to its loop
  private static let timeouts = HTTPClientTimeouts(
    connect: .seconds(5), firstByte: .seconds(10), total: .seconds(10), idleStream: .seconds(5))

  private let loop: EventLoop
  private let client: HTTPClient

  init(loop: EventLoop, client: HTTPClient) {
    self.loop = loop
    self.client = client
  }

  func spawn(_ body: @escaping @Sendable () async -> Void) { loop.spawn { await body() } }

  func ask(_ request: IssuerRequest) async -> Result<IssuerAnswer, IssuerError> {
    await withUnsafeContinuation { continuation in
      loop.spawn { continuation.resume(returning: await self.send(request)) }
    }
  }

  private func send(_ request: IssuerRequest) async -> Result<IssuerAnswer, IssuerError> {
    func failure(_ reason: String) -> Result<IssuerAnswer, IssuerError> {
      .failure(IssuerError("\(request.url): \(reason)"))
    }
    let url: HTTPURL
    do throws(HTTPURLError) { url = try HTTPURL(request.url) } catch { return failure("\(error)") }
    guard url.scheme == .https || Self.isThisMachine(url.host) else {
      return failure("is not asked in clear")
    }
    var asked = HTTPClientRequest(
      method: request.form == nil ? "GET" : "POST", url: url,
      headers: ["Accept": "application/json"], body: request.form ?? [])
    if request.form != nil {
      asked.headers.add("Content-Type", "application/x-www-form-urlencoded")
    }
    if let authorization = request.authorization {
      asked.headers.add("Authorization", authorization)
    }
    asked.timeouts = Self.timeouts
    asked.certificateAuthorities = request.certificateAuthorities
    asked.refusesPrivateAddresses =
      !request.allowsPrivateAddresses && !Self.isThisMachine(url.host)
    do throws(HTTPClientError) {
      let response = try await client.send(asked)
      guard response.status == 200 else {
        response.cancel()
        return failure(
          (300..<400).contains(response.status)
            ? "answers with a redirect, which is not followed" : "answers \(response.status)")
      }
      let lifetime = response.header("Cache-Control").flatMap(Self.lifetime)
      return .success(
        IssuerAnswer(body: try await response.collect(limit: KeySet.bytesMax), lifetime: lifetime))
    } catch {
      if case .refusedAddress = error {
        return failure("\(error); where that is right, `private_addresses: true` says so")
      }
      return failure("\(error)")
    }
  }

  private static func isThisMachine(_ host: String) -> Bool {
    Configuration.ListenAddress(host: host, port: 0).isLoopback
  }

  /// RFC 9111 §5.2.2.1.
  static func lifetime(_ field: String) -> Int64? {
    for directive in field.lowercased().split(separator: ",") {
      let words = directive.split(separator: "=", maxSplits: 1)
      let name = words[0].filter { $0 != " " }
      if name == "no-store" || name == "no-cache" { return 0 }
      if name == "max-age", words.count == 2 { return Int64(words[1].filter { $0 != " " }) }
    }
    return nil
  }
}

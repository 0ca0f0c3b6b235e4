/// What ran out of time.
public enum HTTPClientTimeout: String, Sendable, Hashable {
  /// Waiting for a connection: a place in the pool, the name, the handshake.
  case connect
  /// Waiting for the head of the response.
  case firstByte
  /// The whole exchange.
  case total
  /// Waiting for the next bytes of a response.
  case idleStream
}

/// Why a request failed.
public enum HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The task was cancelled, or `cancel` was called.
  case cancelled
  /// Something took longer than its timeout.
  case timedOut(HTTPClientTimeout)
  /// The request has a field, method or target that HTTP cannot carry.
  case invalidRequest(HTTPRequestError)
  /// The host's name was not found.
  case unresolved(host: String, reason: String)
  /// The host has an address that requests from the network must not reach.
  case refusedAddress(host: String, address: String)
  /// With a proxy nobody here sees which address a name has.
  case uncheckableBehindProxy(host: String)
  /// No connection could be made, with the last address tried and its errno.
  case unreachable(host: String, address: String, code: Int32)
  /// All connections to this origin are busy and as many requests as allowed wait already.
  case poolExhausted(limit: Int)
  /// The connection ended before a byte of the response came: the request may or may not have been
  /// worked on.
  case closedBeforeResponse
  /// The connection broke off in the middle of the response.
  case brokenOff(code: Int32)
  /// The response is not HTTP, or could be read in two ways.
  case malformedResponse(HTTPResponseError)
  /// `collect` met a body larger than its limit.
  case bodyTooLarge(limit: Int)
  /// The TLS handshake failed, or the certificate is not trusted or not for this host.
  case untrusted(host: String, reason: String)
  /// The transfer library reports another failure.
  case transfer(code: UInt32, reason: String)

  /// True when the request certainly did not reach the server, so that sending it again cannot
  /// repeat an effect.
  public var isBeforeRequest: Bool {
    switch self {
    case .invalidRequest, .unresolved, .refusedAddress, .uncheckableBehindProxy, .unreachable,
      .poolExhausted, .untrusted, .timedOut(.connect):
      true
    default: false
    }
  }

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .cancelled: "the request was cancelled"
    case .timedOut(.connect): "no connection could be made in time"
    case .timedOut(.firstByte): "the server did not answer in time"
    case .timedOut(.total): "the exchange took longer than allowed"
    case .timedOut(.idleStream): "the server stopped sending in the middle of its response"
    case .invalidRequest(let error): "the request cannot be written as HTTP: \(error)"
    case .unresolved(let host, let reason): "the host «\(host)» was not found: \(reason)"
    case .refusedAddress(let host, let address):
      "«\(host)» has the address \(address), which is not public; it is refused for URLs that came "
        + "from the network"
    case .uncheckableBehindProxy(let host):
      "the address of «\(host)» cannot be checked behind a proxy; exempt it with no_proxy"
    case .unreachable(let host, let address, let code):
      "no connection to «\(host)» (\(address)): \(SystemText.of(code))"
    case .poolExhausted(let limit):
      "all connections are busy and \(limit) requests wait already"
    case .closedBeforeResponse: "the server closed the connection without an answer"
    case .brokenOff(let code):
      "the connection broke off: \(code == 0 ? "it was closed" : SystemText.of(code))"
    case .malformedResponse(let error): "the response is not acceptable HTTP: \(error)"
    case .bodyTooLarge(let limit): "the response is larger than \(limit) bytes"
    case .untrusted(let host, let reason): "TLS with «\(host)» failed: \(reason)"
    case .transfer(_, let reason): "the transfer failed: \(reason)"
    }
  }
}

public import Reactor
public struct HTTPProxy: Sendable { public static func fromEnvironment(_ e: [String: String]) -> HTTPProxy? { nil } }
public struct HTTPClientConfiguration: Sendable { public init() {} }
public struct HTTPClientTimeouts: Sendable { public var connect: Duration?; public var firstByte: Duration?; public var total: Duration?; public var idleStream: Duration? }
public struct HTTPClientError: Error, Sendable, CustomStringConvertible { public var isTimeout: Bool { false }; public var wasNotSent: Bool { true }; public var description: String { "" } }
public struct HTTPClientRequest: Sendable {
  public var timeouts = HTTPClientTimeouts(); public var verifiesCertificate = true; public var certificateAuthorities: String?; public var proxy: HTTPProxy?; public var unixSocketPath: String?
  public init(method: String, url: HTTPURL, headers: HTTPHeaders, body: [UInt8]) {}
}
public final class HTTPClient: @unchecked Sendable {
  public init(loop: EventLoop, configuration: HTTPClientConfiguration) {}
  public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse { throw HTTPClientError() }
}
public final class HTTPClientResponse: @unchecked Sendable {
  public var status = 0; public var headers = HTTPHeaders()
  public func nextChunk() async throws(HTTPClientError) -> [UInt8]? { nil }
  public func collect(limit: Int) async throws(HTTPClientError) -> [UInt8] { [] }
  public func cancel() {}
}
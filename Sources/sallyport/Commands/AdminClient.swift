import Configuration
import Glibc
import HTTP
import JSON
import Reactor

/// Asks the running gateway of a configuration, over its Unix socket.
struct AdminClient {
  enum Failure: Error {
    /// Nobody listens on the socket.
    case noGateway(socket: String)
    case refused(String)
    /// Policy does not allow it.
    case denied(String)
    case failed(String)
  }

  static let answerBytesMax = 256 << 20

  let socket: String
  /// Of `sallyport login`, if there is one.
  let person: String?
  var timeout: Duration = .seconds(10)

  init(_ directories: ConfigurationDirectories) {
    socket = DataDirectory(directories.data).adminSocket
    person = SessionFile(directories).read()
  }

  /// Sends one request and waits for its answer. Blocks.
  func request(_ method: String, _ path: String, body: [UInt8] = []) throws(Failure) -> JSONDocument
  {
    guard access(socket, F_OK) == 0 else { throw .noGateway(socket: socket) }
    let loop: EventLoop
    do { loop = try EventLoop(name: "admin-client") } catch { throw .failed("\(error)") }
    let answer = Answer()
    loop.spawn {
      answer.result = await self.exchange(method, path, body, on: loop)
      loop.stop()
    }
    loop.run()
    guard let result = answer.result else { throw .failed("the request did not finish") }
    return try result.get()
  }

  /// Written on the loop before it stops, read after it has stopped.
  private final class Answer: @unchecked Sendable {
    var result: Result<JSONDocument, Failure>?
  }

  private func exchange(
    _ method: String, _ path: String, _ body: [UInt8], on loop: EventLoop
  ) async -> Result<JSONDocument, Failure> {
    do {
      let client = HTTPClient(loop: loop, configuration: HTTPClientConfiguration())
      var request = HTTPClientRequest(
        method: method, url: try HTTPURL("http://localhost\(path)"),
        headers: HTTPHeaders([HTTPField(name: "Content-Type", value: "application/json")]),
        body: body)
      if let person { request.headers.add("Authorization", "Bearer \(person)") }
      request.unixSocketPath = socket
      request.timeouts.total = timeout
      let response = try await client.send(request)
      let document = try JSONDocument(
        parsing: try await response.collect(limit: Self.answerBytesMax),
        limits: JSONLimits(bytes: Self.answerBytesMax))
      if response.status == 200 { return .success(document) }
      let reason = document.root[member: "error"]?.string ?? "HTTP \(response.status)"
      return .failure([401, 403].contains(response.status) ? .denied(reason) : .refused(reason))
    } catch let error as HTTPClientError {
      return .failure(
        error.isBeforeRequest ? .noGateway(socket: socket) : .failed(error.description))
    } catch {
      return .failure(.failed("\(error)"))
    }
  }
}

extension Session {
  /// Says why the gateway gave no answer; the exit code to end with.
  func report(_ failure: AdminClient.Failure) -> ExitCode {
    switch failure {
    case .noGateway(let socket):
      report(
        "no gateway is running (nobody listens on \(socket))",
        hint: "`sallyport serve` starts one with this configuration")
      return .noGateway
    case .refused(let reason):
      report("the gateway refused: \(reason)")
    case .denied(let reason):
      report("denied: \(reason)")
      return .denied
    case .failed(let reason):
      report("the gateway did not answer: \(reason)")
    }
    return .failure
  }
}

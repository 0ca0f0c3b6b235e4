import Configuration
import JSON
import Synchronization

@testable import MCP

func json(_ text: String) throws -> JSONNode {
  try JSONDocument(parsing: Array(text.utf8)).root
}

/// One server's part of a configuration.
func upstreamConfiguration(
  named name: String, _ settings: String = ""
) throws -> Configuration.Upstream {
  let yaml = "mcpServers:\n  \(name): {command: server, quarantine: false, \(settings)}\n"
  let loaded = try Configuration.read(
    ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8)))
  guard let upstream = loaded.configuration.upstream(named: name) else { throw NoSuchUpstream() }
  return upstream
}

struct NoSuchUpstream: Error {}

/// An upstream that answers with what a test gave it, in order, and keeps what it was asked.
final class ScriptedUpstream: Upstream {
  let name = "scripted"
  let status = UpstreamStatus.stopped
  private let script: Mutex<[Result<UpstreamReply, UpstreamError>]>
  private let asked = Mutex<[UpstreamRequest]>([])

  init(_ script: [Result<UpstreamReply, UpstreamError>] = []) {
    self.script = Mutex(script)
  }

  var requests: [UpstreamRequest] { asked.withLock { $0 } }

  func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {}
  func stop() async {}

  func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) { done() }

  func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    asked.withLock { $0.append(request) }
    let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    return try (next ?? .failure(.unavailable(reason: "the script is over"))).get()
  }
}

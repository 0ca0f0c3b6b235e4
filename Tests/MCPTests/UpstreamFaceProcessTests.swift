import Glibc
import JSON
import Logging
import Reactor
import Synchronization
import Testing

@testable import MCP

/// A real process behind the shell.
@Suite("Duplex upstream: a process")
struct UpstreamFaceProcessTests {
  /// Asks in the middle of `ask`, ends at `end`.
  static let script = #"""
    import json, sys

    def write(**message):
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

    waiting = None
    for line in sys.stdin:
        message = json.loads(line)
        method, identifier = message.get("method"), message.get("id")
        tool = message["params"]["name"] if method == "tools/call" else None
        if method == "initialize":
            result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
            write(id=identifier, result=result)
        elif tool == "ask":
            waiting = identifier
            params = {"messages": [], "maxTokens": 1}
            write(id="q", method="sampling/createMessage", params=params)
        elif tool == "end":
            sys.exit(3)
        elif method is None and identifier == "q":
            write(id=waiting, result={"got": message.get("result", message.get("error"))})
        elif identifier is not None:
            write(id=identifier, error={"code": -32601, "message": "no"})
    """#

  private func withUpstream(
    _ body: (DuplexUpstream, @escaping @Sendable (UpstreamRequest) async -> String) async throws ->
      Void
  ) async throws {
    signal(SIGPIPE, SIG_IGN)
    let group = try EventLoopGroup(count: 2)
    let upstream = DuplexUpstream(
      name: "process",
      command: ChildProcess.Configuration(
        executable: "/usr/bin/python3", arguments: ["-I", "-S", "-c", Self.script],
        environment: [:]), loop: group.loops[0],
      log: Logger(component: "test", minimum: .error, format: .text(colour: false)))
    upstream.start { _ in }
    for _ in 0..<1000 where upstream.status.state != .ready {
      try await Task.sleep(for: .milliseconds(10))
    }
    // Calls come from another loop than the process'.
    let elsewhere = group.loops[1]
    try await body(upstream) { request in
      await Task(executorPreference: elsewhere) {
        do throws(UpstreamError) {
          switch try await upstream.call(request, notices: nil) {
          case .result(let result): return result.description
          case .error(let error): return "error \(error[member: "code"]?.description ?? "?")"
          }
        } catch {
          return error.reason
        }
      }.value
    }
    await upstream.stop()
    group.shutdown()
  }

  @Test func `a process asks, its client answers, and the call ends`() async throws {
    try await withUpstream { _, answer in
      let sampling = #"{"sampling":{}}"#
      let asked = try Asked(await answer(.tool("ask", asking: sampling)))
      #expect(asked.methods == ["sampling/createMessage"])
      let result = await answer(
        .tool(
          "ask", asking: sampling, answers: #"{"\#(asked.keys[0])":{"model":"m"}}"#,
          state: asked.state))
      #expect(result == #"{"got": {"model": "m"}}"#)
      #expect(await answer(.tool("ask", state: asked.state)) == "error -32602")
    }
  }

  @Test func `a process that ends tells the client that comes back`() async throws {
    try await withUpstream { upstream, answer in
      let sampling = #"{"sampling":{}}"#
      let asked = try Asked(await answer(.tool("ask", asking: sampling)))
      #expect(await answer(.tool("end")).contains("connection lost"))
      #expect(
        await answer(.tool("ask", asking: sampling, answers: "{}", state: asked.state))
          .contains("connection lost"))
      #expect(upstream.status.restarts >= 1)
    }
  }
}

import JSON
import MCP
import Synchronization
import Testing

@testable import Gate

@Suite("What an upstream tells while it serves a call")
struct CallNoticesTests {
  final class Client: Sendable {
    let told = Mutex<[String]>([])
    var notifier: ClientNotifier {
      ClientNotifier { text in
        self.told.withLock { $0.append(String(decoding: text, as: UTF8.self)) }
      }
    }
    var all: [String] { told.withLock { $0 } }
  }

  private func notices(
    _ client: Client, token: String? = nil, level: LogLevel? = nil,
    at endpoint: Endpoint = .everything
  ) throws -> CallNotices? {
    let params = try json(#"{"_meta":{\#(token.map { #""progressToken":\#($0)"# } ?? "")}}"#)
    return CallNotices(
      for: MCPRequest(
        method: "tools/call", params: params,
        client: ClientDescription(transport: .http, version: .latest), messageBytes: 1,
        endpoint: endpoint, logLevel: level),
      from: "github", to: client.notifier)
  }

  @Test func `a client that wants nothing costs nothing`() throws {
    #expect(try notices(Client()) == nil)
  }

  @Test func `progress that does not increase is dropped, and all of it after the end`() throws {
    let client = Client()
    let notices = try #require(try notices(client, token: "7"))
    for progress in ["1", "1.0", "0.5", "2", "\"3\""] {
      notices.sink(.progress(try json(#"{"progressToken":1,"progress":\#(progress)}"#)))
    }
    notices.end()
    notices.sink(.progress(try json(#"{"progressToken":1,"progress":9}"#)))
    #expect(
      client.all
        == ["1", "2"].map {
          #"{"jsonrpc":"2.0","method":"notifications/progress","#
            + #""params":{"progressToken":7,"progress":\#($0)}}"#
        })
  }

  @Test func `log messages come from the level that the client asked for`() throws {
    let client = Client()
    let notices = try #require(try notices(client, level: .warning))
    for level in ["debug", "info", "notice", "warning", "error", "emergency", "loud"] {
      notices.sink(.message(try json(#"{"level":"\#(level)","data":{"a": 1.0}}"#)))
    }
    notices.sink(.message(try json(#"{"level":"error"}"#)))
    notices.sink(.progress(try json(#"{"progress":1}"#)))
    #expect(client.all.count == 3)
    #expect(
      client.all.first
        == #"{"jsonrpc":"2.0","method":"notifications/message","#
        + #""params":{"logger":"github/","level":"warning","data":{"a": 1.0}}}"#)
    let silent = Client()
    let unasked = try #require(try self.notices(silent, token: "1"))
    unasked.sink(.message(try json(#"{"level":"emergency","data":1}"#)))
    #expect(silent.all.isEmpty)
  }

  @Test func `a logger is named after its server, but at the server's own endpoint`() throws {
    let message = try json(#"{"level":"error","logger":"db","data":1,"_meta":{}}"#)
    for (endpoint, logger) in [(Endpoint.everything, "github/db"), (.server("github"), "db")] {
      let client = Client()
      try #require(try notices(client, level: .debug, at: endpoint)).sink(.message(message))
      #expect(
        client.all == [
          #"{"jsonrpc":"2.0","method":"notifications/message","#
            + #""params":{"logger":"\#(logger)","level":"error","data":1}}"#
        ])
    }
    let client = Client()
    try #require(try notices(client, level: .debug, at: .server("github")))
      .sink(.message(try json(#"{"level":"error","data":1}"#)))
    #expect(client.all.first?.contains("logger") == false)
  }

  @Test func `a trace goes on under a span of our own`() {
    let trace = TraceContext(
      of: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", span: 0xABC)
    #expect(trace?.span == "0000000000000abc")
    #expect(
      trace?.traceparent == "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000abc-01")
    #expect(
      TraceContext(of: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?.span
        != TraceContext(of: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?.span)
  }

  @Test(arguments: [
    "", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7--01",
  ])
  func `what is no trace context is not passed on`(text: String) {
    #expect(TraceContext(of: text) == nil)
  }
}

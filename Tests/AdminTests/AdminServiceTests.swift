import Admin
import Catalog
import Configuration
import Gate
import Glibc
import HTTP
import Identity
import JSON
import Ledger
import Logging
import MCP
import Reactor
import Testing

/// The admin API over a real Unix socket, with a real ledger and a gate that knows no tools.
@Suite("Admin API") struct AdminServiceTests {
  @Test func `the status says who runs, on what, and how far the ledger is`() async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("GET", "/v1/status")
      #expect(answer.status == 200)
      #expect(answer.body[member: "pid"]?.int64 == Int64(getpid()))
      #expect(answer.body[member: "listen"]?.string == "127.0.0.1:1")
      #expect(answer.body[member: "policies"]?.int64 == 1)
      #expect(answer.body[member: "sessions"]?.int64 == 7)
      #expect(answer.body[member: "ledger"]?[member: "records"]?.int64 == 0)
      #expect(answer.body[member: "ledger"]?[member: "error"] == nil)
    }
  }

  @Test(arguments: ["/v1/upstreams", "/v1/tools"])
  func `a list without entries is an empty array`(path: String) async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("GET", path)
      #expect(answer.status == 200)
      #expect(answer.body.kind == .array)
      #expect(answer.body.count == 0)
    }
  }

  @Test(arguments: [
    ("query=x&as=nobody", 404), ("", 400), ("query=x&limit=0", 400), ("query=x&other=1", 400),
    ("query=%zz", 400), ("query=x&limit=3&server=a&explain=true", 200),
  ])
  func `a search says what is wrong with it`(query: String, status: Int) async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("GET", "/v1/tools/search?\(query)")
      #expect(answer.status == status)
      #expect(status == 200 ? answer.body.count == 0 : answer.body[member: "error"] != nil)
    }
  }

  @Test func `a call passes the gate as the operator and is recorded`() async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("POST", "/v1/call", #"{"name":"no__tool","arguments":{}}"#)
      #expect(answer.status == 200)
      #expect(answer.body[member: "error"]?[member: "code"]?.int64 == -32602)
      let records = try LedgerReader.newest(10, in: bench.ledgerPath)
      #expect(records.map { $0.text("refusal") } == ["unknown_tool"])
      let principal = try #require(records.first?.document.root[member: "principal"])
      #expect(principal[member: "agent"]?.string == "operator")
      #expect(principal[member: "human"]?.string == "someone")
    }
  }

  @Test func `a body that is not JSON is refused with what is wrong`() async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("POST", "/v1/call", "{")
      #expect(answer.status == 400)
      #expect(answer.body[member: "error"]?.string?.contains("not JSON") == true)
    }
  }

  @Test func `a reload that is not taken says why`() async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask("POST", "/v1/reload")
      #expect(answer.status == 409)
      #expect(answer.body[member: "error"]?.string == "a policy is broken")
    }
  }

  @Test(arguments: [("GET", "/"), ("DELETE", "/v1/status"), ("GET", "/v1/call")])
  func `what is not there is named`(method: String, path: String) async throws {
    try await AdminBench.with { bench in
      let answer = try await bench.ask(method, path)
      #expect(answer.status == 404)
      #expect(answer.body[member: "error"]?.string?.contains("\(method) \(path)") == true)
    }
  }

  @Test func `who could call a tool is refused with the reason where nothing is known`()
    async throws
  {
    try await AdminBench.with { bench in
      for (query, status, reason) in [
        ("", 400, "`tool` is missing"), ("?tool=a__b&args=[]", 400, "must be a JSON object"),
        ("?tool=a__b&at=yesterday", 400, "`at` takes"), ("?tool=a__b", 404, "no records yet"),
      ] {
        let answer = try await bench.ask("GET", "/v1/audit/could\(query)")
        #expect(answer.status == status)
        #expect(answer.body[member: "error"]?.string?.contains(reason) == true, "\(answer.body)")
      }
      _ = try await bench.ask("POST", "/v1/call", #"{"name":"no__tool","arguments":{}}"#)
      for (query, reason) in [
        ("", "policies are not on record"), ("&at=2001-01-01", "the ledger begins at"),
      ] {
        let answer = try await bench.ask("GET", "/v1/audit/could?tool=a__b\(query)")
        #expect(answer.status == 404)
        #expect(answer.body[member: "error"]?.string?.contains(reason) == true, "\(answer.body)")
      }
    }
  }

  @Test func `a question about the ledger is answered, or refused`() async throws {
    try await AdminBench.with { bench in
      _ = try await bench.ask("POST", "/v1/call", #"{"name":"no__tool","arguments":{}}"#)
      let touched = try await bench.ask("GET", "/v1/audit/touched?human=some%6Fne&since=1h")
      #expect(touched.status == 200)
      #expect(touched.body[member: "refused"]?.int64 == 1)
      let gaps = try await bench.ask("GET", "/v1/audit/gaps")
      #expect(gaps.body[member: "rows"]?.count == 0)
      for (path, status) in [
        ("who?nobody=x", 400), ("who?since=yesterday", 400), ("who?agent", 400), ("who?a=%zz", 400),
        ("who?agent=%ff", 400), ("who?agent=a&agent=b", 400), ("graph", 400), ("nothing", 404),
      ] {
        let answer = try await bench.ask("GET", "/v1/audit/\(path)")
        #expect(answer.status == status, "\(path)")
        #expect(answer.body[member: "error"]?.string != nil)
      }
    }
  }

  @Test func `another user's socket is of no use`() async throws {
    // The peer is this process, so the service is told that another user runs it. Root may.
    guard getuid() != 0 else { return print("skipped: root may use every gateway's socket") }
    try await AdminBench.with(user: getuid() + 1) { bench in
      let answer = try await bench.ask("GET", "/v1/status")
      #expect(answer.status == 403)
    }
  }
}

import HTTP
import MCP
import Reactor
import Testing

@Suite struct UpstreamAdviceTests {
  private static let processErrors: [ReactorError] = [
    .commandNotFound(name: "uvx", path: "/usr/bin"), .notExecutable(path: "/x", code: 13),
    .interpreterMissing(path: "/x"), .workingDirectoryUnusable(path: "/x", code: 2),
  ]

  private static let clientErrors: [HTTPClientError] = [
    .timedOut(.connect), .timedOut(.firstByte), .unresolved(host: "h", reason: "no such name"),
    .refusedAddress(host: "h", address: "10.0.0.1"),
    .unreachable(host: "h", address: "1.2.3.4", code: 111),
    .unreachable(host: "h", address: "1.2.3.4", code: 113), .closedBeforeResponse,
    .brokenOff(code: 104), .bodyTooLarge(limit: 5), .untrusted(host: "h", reason: "self-signed"),
  ]

  @Test(arguments: processErrors)
  func `each way in which a program does not start has its own advice`(error: ReactorError) {
    let all = Self.processErrors.compactMap {
      UpstreamAdvice.text(for: $0.description, isProcess: true)
    }
    #expect(Set(all).count == Self.processErrors.count)
    #expect(UpstreamAdvice.text(for: error.description, isProcess: true) != nil)
  }

  @Test(arguments: clientErrors)
  func `each way in which a server is not reached has advice`(error: HTTPClientError) {
    #expect(UpstreamAdvice.text(for: error.description, isProcess: false) != nil, "\(error)")
    let whole = UpstreamError.unavailable(reason: error.description).reason
    #expect(UpstreamAdvice.text(for: whole, isProcess: false) != nil)
  }

  @Test(
    arguments: [
      (401, "credentials"), (403, "scope"), (404, "path"), (405, "POST"), (429, "rate"),
      (500, "log"), (503, "log"), (302, "no MCP server"),
    ])
  func `a status has advice of its own`(status: Int, word: String) {
    let error = UpstreamError.protocolViolation(reason: "HTTP \(status)").reason
    #expect(UpstreamAdvice.text(for: error, isProcess: false)?.contains(word) == true)
  }

  @Test(
    arguments: [
      ("the process ended: \(ExitStatus.exited(127))", "did not find"),
      ("the process ended: \(ExitStatus.exited(1))", "by hand"),
      ("the process ended: \(ExitStatus.signaled(9))", "killed"),
      (UpstreamError.timedOut(after: .seconds(30)).reason, "stdio"),
      (UpstreamError.protocolViolation(reason: "x").reason, "standard error"),
    ])
  func `an end of a process has advice`(error: String, word: String) {
    #expect(UpstreamAdvice.text(for: error, isProcess: true)?.contains(word) == true)
  }

  @Test func `what a program wrote is not taken for the error`() {
    let error =
      "the process ended: \(ExitStatus.exited(1)); its last words: signal not found in PATH"
    #expect(UpstreamAdvice.text(for: error, isProcess: true)?.contains("by hand") == true)
    #expect(UpstreamAdvice.text(for: "something else", isProcess: true) == nil)
  }
}

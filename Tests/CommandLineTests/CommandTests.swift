import Configuration
import Glibc
import Testing
import TestSupport

@testable import sallyport

private let session = Session(
  environment: ["HOME": "/nowhere"], output: .plain, errors: .plain)

private func mode(_ path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

private func text(_ path: String) throws -> String {
  String(decoding: try ConfigurationFile.read(path).bytes, as: UTF8.self)
}

@Suite("Commands")
struct CommandTests {
  @Test func `init writes a configuration that is right and warns of nothing`() throws {
    let scratch = TemporaryDirectory()
    let base = scratch.path
    let directory = base + "/a/b"
    #expect(
      InitCommand(directory: directory, force: false, session: session).run() == .success)
    let loaded = try Configuration.load(path: directory + "/sallyport.yaml")
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    #expect(loaded.configuration.agents.first?.token.reveal().utf8.count == 74)
    #expect(mode(directory + "/tokens/claude.token") == 0o600)
    #expect(mode(directory + "/tokens") == 0o700)
    let common = Invocation.Common(configuration: directory + "/sallyport.yaml")
    #expect(CheckCommand(common: common, session: session).run() == .success)
  }

  @Test func `init does not overwrite, and with force it keeps the token`() throws {
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let configuration = directory + "/sallyport.yaml"
    let policy = directory + "/policies/starter.cedar"
    let token = directory + "/tokens/claude.token"
    #expect(InitCommand(directory: directory, force: false, session: session).run() == .success)
    let firstToken = try text(token)
    _ = try NewFile.write("loops: 1\n", to: configuration, mode: 0o644, replacing: true)
    _ = try NewFile.write("// mine\n", to: policy, mode: 0o644, replacing: true)
    #expect(InitCommand(directory: directory, force: false, session: session).run() == .failure)
    #expect(try text(configuration) == "loops: 1\n")
    #expect(InitCommand(directory: directory, force: true, session: session).run() == .success)
    #expect(try text(configuration) == StarterConfiguration.configuration)
    #expect(try text(policy) == StarterConfiguration.policy)
    #expect(try text(token) == firstToken)
  }

  @Test func `check fails for a wrong configuration, a wrong policy and a missing file`() throws {
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let path = directory + "/sallyport.yaml"
    func check(json: Bool = false) -> ExitCode {
      CheckCommand(common: .init(configuration: path, json: json), session: session).run()
    }
    #expect(check() == .configuration)
    _ = try NewFile.write("data: d\n", to: path, mode: 0o644, replacing: false)
    // The policy directory is missing, then empty.
    #expect(check() == .configuration)
    try NewFile.makeDirectory(directory + "/policies", mode: 0o755)
    #expect(check() == .configuration)
    let policy = directory + "/policies/a.cedar"
    _ = try NewFile.write(
      "permit(principal, action, resource);", to: policy, mode: 0o644, replacing: false)
    #expect(check() == .success)
    #expect(check(json: true) == .success)
    _ = try NewFile.write("permit(principal);", to: policy, mode: 0o644, replacing: true)
    #expect(check() == .configuration)
    _ = try NewFile.write(
      "permit(principal, action, resource);", to: policy, mode: 0o644, replacing: true)
    _ = try NewFile.write("data: [d]\n", to: path, mode: 0o644, replacing: true)
    #expect(check(json: true) == .configuration)
  }

  @Test func `check names what this machine lacks`() throws {
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let path = directory + "/sallyport.yaml"
    let text = """
      tls: {certificate: cert.pem, key: sallyport.yaml}
      mcpServers:
        there: {command: sh, cwd: .}
        missing: {command: sallyport-no-such-program, cwd: nowhere}
        beside: {command: ./sallyport.yaml}
        off: {command: sallyport-no-such-program, disabled: true}
        own: {command: sh, env: {PATH: /nowhere}}
        remote: {url: "https://a.example", ca: ca.pem}
      """
    _ = try NewFile.write(text, to: path, mode: 0o644, replacing: false)
    let configuration = try Configuration.load(path: path).configuration
    let problems = MachineCheck(environment: ["PATH": "/nowhere:/usr/bin:/bin"])
      .problems(of: configuration)
    #expect(
      problems.map { "\($0.severity) \($0.path)" } == [
        "error tls.certificate", "warning mcpServers.missing.command",
        "warning mcpServers.missing.cwd", "warning mcpServers.beside.command",
        "warning mcpServers.own.command", "error mcpServers.remote.ca",
      ])
  }

  @Test func `the configuration is looked for in the documented order`() {
    let environment = ["HOME": "/h", "SALLYPORT_CONFIG": "/s.yaml"]
    func find(_ typed: String?, _ there: Set<String>, _ environment: [String: String]) -> String? {
      ConfigurationPath.find(typed: typed, environment: environment) { there.contains($0) }
    }
    let all: Set = ["sallyport.yaml", "/s.yaml", "/h/.config/sallyport/sallyport.yaml"]
    #expect(find("t.yaml", all, environment) == "t.yaml")
    #expect(find(nil, all, environment) == "sallyport.yaml")
    #expect(find(nil, [], environment) == "/s.yaml")
    #expect(
      find(nil, all.subtracting(["sallyport.yaml"]), ["HOME": "/h"])
        == "/h/.config/sallyport/sallyport.yaml")
    #expect(find(nil, [], ["HOME": "/h"]) == nil)
    #expect(
      find(nil, ["/x/sallyport/sallyport.yaml"], ["XDG_CONFIG_HOME": "/x"])
        == "/x/sallyport/sallyport.yaml")
  }

  @Test func `a file or pipe is no terminal, and has no colour`() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    let terminal = Terminal.detect(ends[1], environment: [:])
    #expect(!terminal.isTerminal && terminal.width == nil && !terminal.usesColor)
  }

  @Test func `NO_COLOR takes the colour from a terminal`() throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    #expect(Terminal.detect(descriptor, environment: ["TERM": "xterm"]).usesColor)
    #expect(!Terminal.detect(descriptor, environment: ["NO_COLOR": "1"]).usesColor)
    #expect(Terminal.detect(descriptor, environment: ["NO_COLOR": ""]).usesColor)
    #expect(!Terminal.detect(descriptor, environment: ["TERM": "dumb"]).usesColor)
  }

  @Test func `JSON for programs is escaped`() {
    #expect(JSONText.string("a\"\\\n\u{1}é") == "\"a\\\"\\\\\\u000a\\u0001é\"")
  }
}

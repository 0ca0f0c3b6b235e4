import Testing

@testable import Configuration

@Suite("Profiles")
struct ProfileTests {
  private static let servers = "mcpServers: {git: {command: a}, notes: {command: b}}\n"

  private func read(_ yaml: String) throws -> Configuration {
    try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array((Self.servers + yaml).utf8))
    ).configuration
  }

  private func problems(_ yaml: String) -> [String] {
    do throws(ConfigurationErrors) {
      _ = try Configuration.read(
        ConfigurationInput(path: "test.yaml", text: Array((Self.servers + yaml).utf8)))
      return []
    } catch {
      return error.errors.map { "\($0.line):\($0.column): \($0.path): \($0.message)" }
    }
  }

  @Test func `a profile says what it shows to whom`() throws {
    let profile = try #require(
      try read(
        """
        local: {agent: me}
        profiles:
          read-only:
            servers: [git]
            tools: {include: ["git__*"], exclude: ["*__push*", git__reset]}
            agents: [me]
          all: {}
        """
      ).profiles.first)
    #expect(profile.name == "read-only")
    #expect(profile.shows(server: "git"))
    #expect(!profile.shows(server: "notes"))
    #expect(profile.admits(agent: "me"))
    #expect(!profile.admits(agent: "claude"))
    #expect(
      ["git__log", "git__push", "git__push_all", "git__reset", "notes__log"].filter(
        profile.tools.shows) == ["git__log"])
  }

  @Test func `the root and each profile say what they list`() throws {
    let configuration = try read(
      """
      expose: hybrid
      favourites: ["git__*"]
      profiles: {few: {expose: search}, all: {}}
      """)
    #expect(configuration.exposure == .init(mode: .hybrid, favourites: ["git__*"]))
    #expect(configuration.exposure.favours("git__log"))
    #expect(!configuration.exposure.favours("notes__add"))
    #expect(configuration.profiles.map(\.exposure.mode) == [.search, .all])
    #expect(
      problems("expose: serach\nfavourites: [log]") == [
        "2:9: expose: `serach` is not known",
        "3:14: favourites[0]: `log` is the public name of no server's tool",
      ])
  }

  @Test(arguments: ["expose: hybrid", "favourites: [\"*\"]", "profiles: {a: {favourites: []}}"])
  func `favourites without a mode that lists them are warned of, and the other way round`(
    yaml: String
  ) throws {
    let loaded = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array((Self.servers + yaml).utf8)))
    #expect(loaded.warnings.count == 1)
  }

  @Test func `a profile that says nothing shows everything to everybody`() throws {
    let profile = try #require(try read("profiles: {all: {}}").profiles.first)
    #expect(profile.shows(server: "git"))
    #expect(profile.admits(agent: "anyone"))
    #expect(profile.tools.shows("git__log"))
  }

  @Test(
    arguments: [
      ("profiles: {Big: {}}", "2:12: profiles: `Big` cannot be a profile's name"),
      ("profiles: {\"a b\": {}}", "2:12: profiles: `a b` cannot be a profile's name"),
      ("profiles: {a: {agents: [nobody]}}", "there is no agent `nobody`"),
      ("profiles: {a: {tools: {include: [log]}}}", "`log` is the public name of no server's tool"),
      ("profiles: {a: {tool: {}}}", "unknown key `tool`"), ("profiles: []", "profiles: is a list"),
    ])
  func `what is wrong with a profile is told with its place`(yaml: String, message: String) {
    let found = problems(yaml)
    #expect(found.count == 1)
    #expect(found.first?.contains(message) == true, "\(found)")
  }

  @Test(
    arguments: [
      ("profiles: {a: {servers: [gti]}}", "there is no server `gti`"),
      ("profiles: {a: {tools: {exclude: [gti__log]}}}", "`gti__log` is of no server"),
    ])
  func `a server that only the store may know is doubtful in a profile, and kept`(
    yaml: String, message: String
  ) throws {
    let loaded = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array((Self.servers + yaml).utf8)))
    #expect(loaded.warnings.count == 1)
    #expect(loaded.warnings.first?.message.contains(message) == true)
    let profile = try #require(loaded.configuration.profile(named: "a"))
    #expect(profile.servers.map { $0.contains("gti") } ?? !profile.tools.shows("gti__log"))
  }

  @Test(
    arguments: [
      ("", "", true), ("a", "a", true), ("a", "b", false), ("abc", "a*c", true),
      ("ac", "a*c", true),
      ("abcbd", "a*b*d", true), ("abcbe", "a*b*d", false), ("x", "*", true), ("", "*", true),
      ("aaab", "*a*b", true), ("a", "a**", true), ("a", "?", false),
    ])
  func `a star stands for any characters`(name: String, pattern: String, matches: Bool) {
    #expect(Configuration.ToolFilter.matches(name, pattern) == matches)
  }

  @Test func `servers whose names differ in case alone are an error`() {
    let yaml = "mcpServers:\n  GitHub: {command: a}\n  github: {command: b}\n"
    do throws(ConfigurationErrors) {
      _ = try Configuration.read(ConfigurationInput(path: "t.yaml", text: Array(yaml.utf8)))
      Issue.record("they are taken")
    } catch {
      #expect(error.errors.count == 1)
      #expect(error.errors.first?.line == 3)
      #expect(error.errors.first?.message.contains("differ in case alone") == true)
    }
  }
}

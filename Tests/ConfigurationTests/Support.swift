import Configuration
import Testing

/// Reads `text` as `/etc/sp/sallyport.yaml`, with a small environment and the given files.
func read(
  _ text: String, environment: [String: String] = [:], files: [String: String] = [:],
  mode: UInt32 = 0o600
) throws(ConfigurationErrors) -> LoadedConfiguration {
  var all = [
    "HOME": "/home/alice", "TOKEN": "0123456789abcdef-token", "OTHER": "another-token-0123456",
  ]
  all.merge(environment) { $1 }
  return try Configuration.read(
    ConfigurationInput(
      path: "/etc/sp/sallyport.yaml", text: Array(text.utf8), mode: mode, environment: all,
      userName: "alice",
      readFile: { path throws(ConfigurationFileError) in
        guard let text = files[path] else {
          throw ConfigurationFileError(path: path, reason: "No such file or directory")
        }
        return ConfigurationFile(bytes: Array(text.utf8), mode: mode)
      }))
}

/// The errors that reading `text` yields; fails when it yields none.
func errors(
  _ text: String, environment: [String: String] = [:], files: [String: String] = [:],
  sourceLocation: SourceLocation = #_sourceLocation
) -> [ConfigurationProblem] {
  do {
    _ = try read(text, environment: environment, files: files)
    Issue.record("expected errors", sourceLocation: sourceLocation)
    return []
  } catch {
    return error.errors
  }
}

/// The only upstream of a configuration.
func upstream(
  _ block: String, environment: [String: String] = [:], files: [String: String] = [:]
) throws -> Configuration.Upstream {
  let text = "mcpServers:\n  s: " + block
  let loaded = try read(text, environment: environment, files: files)
  return try #require(loaded.configuration.upstreams.first)
}

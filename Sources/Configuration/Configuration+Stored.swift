/// An upstream that was added while the gateway ran.
public struct StoredUpstream: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// What would stand under its name in `mcpServers`, as JSON.
  public var definition: [UInt8]

  /// A name, and what stands under it.
  public init(name: String, definition: [UInt8]) {
    self.name = name
    self.definition = definition
  }
}

/// Why an upstream of the store is not in force. The others are.
public struct StoredUpstreamProblem: Error, Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Everything that is wrong with it, one a line. Never holds a secret.
  public var reason: String

  /// A problem of an upstream.
  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

extension Configuration {
  /// What is in force: the upstreams of the file, then those of the store, without those that
  /// are in the way of another. The file wins.
  /// - Parameters:
  ///   - disabled: the upstreams that the operator has disabled, wherever they come from.
  ///   - input: as of the file; its text is not looked at.
  public func adding(
    _ stored: [StoredUpstream], disabled: Set<String> = [], _ input: ConfigurationInput
  ) -> (configuration: Configuration, problems: [StoredUpstreamProblem]) {
    var whole = self
    var problems: [StoredUpstreamProblem] = []
    var schemes = Dictionary(
      upstreams.map { (Upstream.uriScheme(ofServer: $0.name), $0.name) }
    ) { first, _ in first }
    for stored in stored {
      do throws(StoredUpstreamProblem) {
        if upstream(named: stored.name) != nil {
          throw StoredUpstreamProblem(
            name: stored.name,
            reason: "the configuration file has a server of this name, and the file counts; "
              + "remove one of the two")
        }
        let scheme = Upstream.uriScheme(ofServer: stored.name)
        if let other = schemes[scheme] {
          throw StoredUpstreamProblem(
            name: stored.name,
            reason: "\(quoted(other)) and this name differ in case alone; remove one of the two")
        }
        guard whole.upstreams.count < ConfigurationReader.maxUpstreams else {
          throw StoredUpstreamProblem(
            name: stored.name,
            reason: "there are \(ConfigurationReader.maxUpstreams) servers already")
        }
        whole.upstreams.append(
          try Self.read(stored, input, quarantining: quarantine).upstream)
        schemes[scheme] = stored.name
      } catch {
        problems.append(error)
      }
    }
    for index in whole.upstreams.indices where disabled.contains(whole.upstreams[index].name) {
      whole.upstreams[index].isEnabled = false
    }
    return (whole, problems)
  }

  /// Reads one upstream of the store, with the same checks as one of the file.
  /// - Parameter input: as of the file; its text is not looked at.
  /// - Parameter quarantine: whether it is quarantined when it does not say so itself.
  /// - Throws: everything that is wrong with it.
  public static func read(
    _ stored: StoredUpstream, _ input: ConfigurationInput, quarantining quarantine: Bool = true
  ) throws(StoredUpstreamProblem) -> (upstream: Upstream, warnings: [ConfigurationProblem]) {
    var input = input
    input.path = stored.name
    let reader = ConfigurationReader(input)
    reader.quarantines = quarantine
    reader.takesCards = false
    var found: Upstream?
    do {
      let (root, duplicates) = try YAMLReader.read(stored.definition)
      for duplicate in duplicates {
        reader.report(.error, at: duplicate.mark, path: "", duplicate.message)
      }
      let node = root ?? YAMLNode(mark: .wholeFile, content: .mapping([]))
      let field = Field(reader: reader, path: "", node: node, keyMark: node.mark)
      reader.checkServerName(stored.name, field)
      found = reader.upstream(stored.name, field)
    } catch {
      reader.report(.error, at: error.mark, path: "", error.message, expected: error.expected)
    }
    guard reader.errors.isEmpty, var upstream = found else {
      throw StoredUpstreamProblem(
        name: stored.name,
        reason: reader.errors.map(\.withoutPlace).joined(separator: "\n"))
    }
    upstream.origin = .store
    return (upstream, reader.warnings)
  }
}

extension ConfigurationProblem {
  /// On one line, where a place in a text says nothing.
  var withoutPlace: String {
    var text = path.isEmpty ? message : "\(path): \(message)"
    if let suggestion { text += "; did you mean `\(suggestion)`?" }
    if let expected { text += "; expected: \(expected)" }
    return text
  }
}

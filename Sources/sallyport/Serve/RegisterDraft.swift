import Admin
import Catalog
import Configuration
import Crypto
import Gate
import JSON

/// What would be in force after a change of the register, with everything that is checked before.
/// Reads the files that definitions name.
struct RegisterDraft: Sendable {
  /// Applied in this order.
  var changes: [UpstreamChange] = []
  var register: UpstreamRegister
  var configuration: Configuration
  var problems: [StoredUpstreamProblem] = []
  var warnings: [String] = []
  /// Values of an added upstream, for the file that its definition names.
  var secrets: (path: String, text: String)?
  /// For the record.
  var before: String?
  var after: String?
  var reason = ""

  private let file: Configuration
  private let input: ConfigurationInput

  /// What is in force: the upstreams of the file, and the register.
  init(file: Configuration, register: UpstreamRegister, path: String) {
    self.file = file
    self.register = register
    input = .ofProcess(path: path)
    (configuration, problems) = file.adding(
      register.upstreams, disabled: register.disabled, input)
  }

  mutating func take(
    _ request: UpstreamRequestedChange, in directory: DataDirectory
  ) throws(UpstreamChangeError) {
    switch request {
    case .add(let addition): try add(addition, in: directory)
    case .remove(let name): try remove(name)
    case .enable(let name, let isEnabled): try enable(name, isEnabled)
    case .describe(let name, let card): try describe(name, card)
    }
  }

  /// Whether anything would be another than it is.
  var isChange: Bool { !changes.isEmpty }

  // MARK: - Changes

  private mutating func add(
    _ addition: UpstreamAddition, in directory: DataDirectory
  ) throws(UpstreamChangeError) {
    let name = addition.name
    guard file.upstream(named: name) == nil else {
      throw UpstreamChangeError(
        409, "the configuration file has a server `\(name)`; change it there")
    }
    guard register.upstream(named: name) == nil else {
      throw UpstreamChangeError(
        409, "there is a server `\(name)`; `sallyport upstream remove \(name)` takes it away")
    }
    var definition = UpstreamDefinition(addition.definition)
    var input = input
    if !addition.secrets.isEmpty {
      let path = directory.secrets(of: name)
      let text: String
      do {
        text = try EnvironmentFile.text(of: addition.secrets)
      } catch {
        throw UpstreamChangeError(
          400, "the value of `\(error.name)` cannot be kept in a file of NAME=value lines")
      }
      secrets = (path, text)
      definition.add(environmentFile: path)
      let readFile = input.readFile
      input.readFile = { file throws(ConfigurationFileError) in
        file == path
          ? ConfigurationFile(bytes: Array(text.utf8), mode: 0o600) : try readFile(file)
      }
    }
    var stored = StoredUpstream(name: name, definition: try definition.canonical())
    do {
      let (upstream, warnings) = try Configuration.read(stored, input)
      self.warnings = warnings.map { "\($0.path): \($0.message)" }
      if !upstream.isEnabled {
        // The operator's word, so that the operator can enable it.
        definition.removeSwitches()
        stored.definition = try definition.canonical()
        take(.enable(name, false))
      }
    } catch let problem as StoredUpstreamProblem {
      throw UpstreamChangeError(400, problem.reason)
    } catch let error as UpstreamChangeError {
      throw error
    } catch {
      throw UpstreamChangeError(400, "\(error)")
    }
    after = SHA256.hash(stored.definition).hex
    reason = "added" + (addition.reason.map { ": \($0)" } ?? "")
    take(.add(stored))
    (configuration, problems) = file.adding(
      register.upstreams, disabled: register.disabled, input)
    if let problem = problems.first(where: { $0.name == name }) {
      throw UpstreamChangeError(409, problem.reason)
    }
  }

  private mutating func remove(_ name: String) throws(UpstreamChangeError) {
    guard let stored = register.upstream(named: name) else {
      guard file.upstream(named: name) == nil else {
        throw UpstreamChangeError(
          409, "`\(name)` stands in the configuration file; remove it there")
      }
      throw unknown(name)
    }
    before = SHA256.hash(stored.definition).hex
    reason = "removed"
    take(.remove(name))
  }

  private mutating func enable(_ name: String, _ isEnabled: Bool) throws(UpstreamChangeError) {
    let upstream = file.upstream(named: name)
    guard upstream != nil || register.upstream(named: name) != nil else { throw unknown(name) }
    if let upstream, isEnabled, !upstream.isEnabled {
      throw UpstreamChangeError(
        409, "the configuration file disables `\(name)`; enable it there")
    }
    guard register.notes[name, default: UpstreamNote()].isEnabled != isEnabled else { return }
    reason = isEnabled ? "enabled" : "disabled"
    take(.enable(name, isEnabled))
  }

  private mutating func describe(
    _ name: String, _ card: JSONNode?
  ) throws(UpstreamChangeError) {
    guard file.upstream(named: name) != nil || register.upstream(named: name) != nil else {
      throw unknown(name)
    }
    let old = register.notes[name]?.card
    if file.cards[name] != nil {
      guard card == nil, old != nil else {
        throw UpstreamChangeError(
          409, "the card of `\(name)` stands in the configuration file; change it there")
      }
      warnings = ["the card of `\(name)` in the configuration file stays, and counts"]
    }
    let new: [UInt8]?
    do {
      new = try card.map { try JSONCanonical.encode($0) }
    } catch {
      throw UpstreamChangeError(400, "the card has no canonical form: \(error)")
    }
    if let new { try check(new, against: old) }
    guard old != new else { return }
    before = old.map { SHA256.hash($0).hex }
    after = new.map { SHA256.hash($0).hex }
    reason = new == nil ? "its card was taken away" : "described"
    take(.describe(name, card: new))
  }

  /// What stays as it was kept is not judged: there were times when less was.
  private func check(_ card: [UInt8], against kept: [UInt8]?) throws(UpstreamChangeError) {
    let kept = kept.flatMap { try? JSONDocument(parsing: $0).root }
    let root: JSONNode
    do {
      root = try JSONDocument(parsing: card).root
    } catch {
      throw UpstreamChangeError(400, "the card cannot be read: \(error)")
    }
    var writer = JSONWriter(reservingCapacity: card.count)
    writer.beginObject()
    for (name, value) in root.members {
      if let before = kept?[member: name], before.equals(value) { continue }
      writer.name(name)
      writer.raw(value.raw)
    }
    writer.endObject()
    do {
      try Configuration.check(card: writer.bytes)
    } catch {
      throw UpstreamChangeError(400, error.reason)
    }
  }

  private mutating func take(_ change: UpstreamChange) {
    changes.append(change)
    register = register.after(change)
    (configuration, problems) = file.adding(
      register.upstreams, disabled: register.disabled, input)
  }

  private func unknown(_ name: String) -> UpstreamChangeError {
    UpstreamChangeError(404, "there is no server `\(name.prefix(64))`")
  }
}

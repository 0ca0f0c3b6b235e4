public import Cedar
import Crypto
import Orders

/// A set of policies and the digest that names it.
public struct Policies: Sendable {
  /// The policies.
  public let set: PolicySet
  /// SHA-256 over the names and texts of the files, in the order of their names; hex.
  public let version: String
  /// As `version`, without the grants that are laid over the files.
  public internal(set) var filesVersion: String
  /// The grants that are laid over the files, by their ids.
  var grants: [String: Grant] = [:]
  /// The directory that the files are from; empty when they are from none.
  let directory: String
  let notes: PolicyNotes

  /// How many policies there are.
  public var count: Int { self.set.policies.count }

  init(set: PolicySet, version: String, directory: String = "") {
    self.set = set
    self.version = version
    filesVersion = version
    self.directory = directory
    notes = PolicyNotes(set)
  }

  /// Parses the texts of policy files.
  /// - Parameter directory: what problems name before the file; empty for none.
  /// - Throws: every problem found, with its place: what is no policy, and annotations that have a
  ///   meaning but not this value.
  public static func parse(
    _ sources: [PolicySource], in directory: String = ""
  ) throws(PolicyFilesError) -> Policies {
    let set: PolicySet
    do {
      set = try PolicySet.parse(sources)
    } catch {
      throw PolicyFilesError(
        problems: error.errors.map {
          PolicyProblem(
            at: $0.place, in: directory,
            [$0.message, $0.help].compactMap(\.self).joined(separator: "; "))
        })
    }
    let problems =
      set.templates.map {
        PolicyProblem(
          at: $0.place, in: directory,
          "`\($0.id)` is a template, and nothing here links it; write the entity itself")
      }
      + PolicyNotes.problems(of: set).map { PolicyProblem(at: $0.place, in: directory, $0.message) }
    guard problems.isEmpty else { throw PolicyFilesError(problems: problems) }
    return Policies(set: set, version: version(of: sources), directory: directory)
  }

  /// The digest that names a set by its sources.
  static func version(of sources: [PolicySource]) -> String {
    var digest = SHA256()
    for source in sources {
      let bytes = Array(source.text.utf8)
      digest.update(Array("\(source.file)\u{0}\(bytes.count)\u{0}".utf8))
      digest.update(bytes)
    }
    return digest.finalize().hex
  }
}

extension PolicyProblem {
  init(at place: SourcePlace, in directory: String, _ message: String) {
    self.init(
      directory.isEmpty ? place.file : "\(directory)/\(place.file)", line: place.line,
      column: place.column, message)
  }
}

import FuzzSupport
import Ledger

/// A copy of the log in which one mutation after the other is made, judged and undone.
struct Trial {
  private let log: SampleLog
  private let folder: Folder
  private let name: String

  init(_ log: SampleLog, in folder: Folder, named name: String) {
    self.log = log
    self.folder = folder
    self.name = name
    for (path, bytes) in log.files { folder.write(bytes, to: name + "/" + path) }
  }

  enum Verdict {
    /// The verification came to its end and says that something is wrong.
    case reported
    /// It ended with an error.
    case refused
    case undetected
  }

  /// Fails when the log as it was made is not sound.
  func expectSound() throws {
    for place in [Place.ledger, .export] {
      let report = try verify(place)
      guard report.isSound else { throw NotSound(description: "\(place): \(report.problems)") }
    }
  }

  private struct NotSound: Error, CustomStringConvertible { let description: String }

  func verdict(on mutation: Mutation) -> Verdict {
    for (path, bytes) in mutation.changes {
      if let bytes {
        folder.write(bytes, to: name + "/" + path)
      } else {
        folder.remove(name + "/" + path)
      }
    }
    defer {
      for (path, _) in mutation.changes {
        if let bytes = log.files[path] { folder.write(bytes, to: name + "/" + path) }
      }
    }
    do throws(LedgerError) {
      return try verify(mutation.place).isSound ? .undetected : .reported
    } catch {
      return .refused
    }
  }

  private func verify(_ place: Place) throws(LedgerError) -> VerificationReport {
    let directory = folder.absolute("\(name)/\(place.rawValue)")
    switch place {
    case .ledger:
      return try LedgerVerification(directory: directory, keys: log.keys, since: log.newest).run()
    case .export:
      return try TileVerification(directory: directory, keys: log.keys, since: log.newest).run()
    }
  }
}

/// Where a mutation is made.
enum Place: String, Sendable { case ledger, export }

import Configuration
import JSON
import Ledger

/// `sallyport audit checkpoint`
struct CheckpointCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let answer = try LedgerAccess(directories: directories, common: common, session: session)
        .perform("/v1/ledger/checkpoint") { ledger, _ throws(LedgerError) in
          let note = try await ledger.signCheckpoint()
          return Array(
            JSONText.object([
              ("checkpoint", JSONText.string(String(decoding: note.bytes, as: UTF8.self)))
            ]).utf8)
        }
      Output.write(
        common.json ? answer.description + "\n" : answer[member: "checkpoint"]?.string ?? "")
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }
}

/// `sallyport audit key show`
struct KeyShowCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let keys = try LedgerTiles(directory: DataDirectory(directories.data).ledger).keys()
      guard !keys.isEmpty else {
        session.report("there is no key yet", hint: "the first start of the gateway makes it")
        return .failure
      }
      if common.json {
        Output.write("[" + keys.map { JSONText.string("\($0)") }.joined(separator: ",") + "]\n")
      } else {
        for key in keys { Output.write("\(key)\n") }
      }
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }
}

/// `sallyport audit key rotate`
struct KeyRotateCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let file = DataDirectory(directories.data).logKey
    do {
      let answer = try LedgerAccess(directories: directories, common: common, session: session)
        .perform("/v1/ledger/rotate-key") { ledger, actor throws(LedgerError) in
          let key = try await ledger.rotateKey(file: file, actor: actor)
          return Array(JSONText.object([("key", JSONText.string(key.description))]).utf8)
        }
      Output.write(
        common.json ? answer.description + "\n" : (answer[member: "key"]?.string ?? "") + "\n")
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }
}

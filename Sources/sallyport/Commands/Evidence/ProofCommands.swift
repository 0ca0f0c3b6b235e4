import Configuration
import JSON
import Ledger

/// `sallyport audit prove`
struct ProveCommand {
  let sequence: UInt64
  let payloads: Bool
  let output: String?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let pack = try LedgerTiles(directory: DataDirectory(directories.data).ledger).prove(
        sequence, payloads: payloads, sealing: session.sealing(common))
      let text = String(decoding: pack.json, as: UTF8.self) + "\n"
      guard let output else {
        Output.write(text)
        return .success
      }
      do { _ = try NewFile.write(text, to: output, mode: 0o600, replacing: true) } catch {
        session.report("\(output) cannot be written: \(error.reason)")
        return .failure
      }
      if !common.json { Output.write("\(output): record \(sequence) is in \(pack.key.name)\n") }
      return .success
    } catch LedgerError.noSuchRecord {
      session.report(
        "there is no record \(sequence) under the newest checkpoint",
        hint: "`sallyport audit checkpoint` signs what is newer")
    } catch {
      session.report("the record cannot be proved: \(error)")
    }
    return .failure
  }
}

/// `sallyport audit verify-pack`
struct VerifyPackCommand {
  let file: String
  let trust: EvidenceInvocation.Trust
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    do {
      let keys = try TrustedKeys.read(trust.key)
      let witnesses = try TrustedKeys.read(trust.witness)
      let pack = try ProofPack(json: Array(try TextFile(reading: file).text.utf8))
      let checkpoint = try pack.verify(trusting: keys, witnesses: witnesses)
      show(pack, checkpoint, isTrusted: !keys.isEmpty)
      return .success
    } catch let error as TextFile.Failure {
      session.report("\(error.path) cannot be read: \(error.reason)")
    } catch {
      if common.json {
        Output.write(JSONText.object([("sound", "false"), ("reason", JSONText.string("\(error)"))]))
        Output.write("\n")
      } else {
        session.report("\(file) proves nothing: \(error)")
      }
    }
    return .failure
  }

  private func show(_ pack: ProofPack, _ checkpoint: Checkpoint, isTrusted: Bool) {
    guard !common.json else {
      return Output.write(
        JSONText.object([
          ("sound", "true"), ("origin", JSONText.string(checkpoint.origin)),
          ("sequence", "\(pack.sequence)"), ("size", "\(checkpoint.size)"),
          ("payloads", "\(pack.payloads.count)"), ("trusted", isTrusted ? "true" : "false"),
        ]) + "\n")
    }
    Output.write(
      "record \(pack.sequence) is among the \(checkpoint.size) of \(printable(checkpoint.origin))"
        + (pack.payloads.isEmpty ? "" : ", with \(pack.payloads.count) payloads") + "\n")
    if !isTrusted {
      Output.write("The key is the pack's own: --key takes one that was kept elsewhere.\n")
    }
    Output.write(String(decoding: pack.record, as: UTF8.self) + "\n")
  }
}

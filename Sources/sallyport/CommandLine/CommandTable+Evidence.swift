/// The ledger as evidence: proving, verifying, erasing.
extension CommandTable {
  static let evidence = [
    auditVerify, auditProve, auditVerifyPack, auditCheckpoint, auditKey, auditTiles, auditErase,
    auditRetain,
  ]

  private static let trust = [
    Command.Option(
      long: "key", valueName: "KEY",
      help: "A verifier key, or a file of them, to trust; else the keys beside the log, which prove"
        + " only that it agrees with itself", values: .file),
    Command.Option(
      long: "witness", valueName: "KEY",
      help: "A witness's key, or a file of them: each must have signed the checkpoint",
      values: .file),
  ]

  private static func trust(_ arguments: ParsedArguments) -> EvidenceInvocation.Trust {
    EvidenceInvocation.Trust(
      since: arguments.value("since"), key: arguments.value("key"),
      witness: arguments.value("witness"))
  }

  private static let auditVerify = Command(
    name: "verify", summary: "Check that nothing in the ledger was changed, dropped or added",
    discussion: [
      "Reads every record and holds sequence, payloads, tree, keys and signatures against one"
        + " another. Needs no gateway and none of its other files. Exit code 1 when anything is"
        + " wrong. A decision without an outcome is in doubt, which is not wrong."
    ],
    arguments: [
      .init(
        name: "LOG",
        help: "A ledger's directory, one that `audit tiles` wrote, or the URL of a published log;"
          + " the ledger of the configuration unless given",
        isOptional: true, values: .directory)
    ],
    options: [
      config, json,
      .init(
        long: "since", valueName: "FILE",
        help: "A checkpoint kept from earlier: the log must have it at its beginning",
        values: .file),
    ] + trust,
    examples: [
      .init(line: "sallyport audit verify", comment: "The ledger of this gateway"),
      .init(
        line: "sallyport audit verify ./copy --key auditor/log.pub --since auditor/checkpoint",
        comment: "A copy, by what the auditor kept"),
    ],
    invocation: { .evidence(.verify(target: $0.argument("LOG"), trust($0)), $0.common) })

  private static let auditProve = Command(
    name: "prove", summary: "Write the proof that a record is in the ledger",
    discussion: [
      "The pack holds the record, the inclusion proof, a signed checkpoint and the key, so it can"
        + " be checked anywhere by `audit verify-pack` or by any program for C2SP tlog-proof."
    ],
    arguments: [.init(name: "SEQ", help: "The record's sequence, `seq` in `audit list`")],
    options: [
      config, json,
      .init(long: "payloads", help: "With the record's arguments, result and prompt, in the clear"),
      .init(
        long: "output", short: "o", valueName: "FILE",
        help: "Where to write; standard output unless given", values: .file),
    ],
    examples: [
      .init(line: "sallyport audit prove 4711 -o call.proof.json", comment: "For an auditor")
    ],
    invocation: { arguments throws(UsageError) in
      guard let sequence = arguments.argument("SEQ").flatMap({ UInt64($0) }) else {
        throw UsageError(message: "SEQ is a number, as `seq` in `audit list`")
      }
      return .evidence(
        .prove(
          sequence: sequence, payloads: arguments.flag("payloads"),
          output: arguments.value("output")), arguments.common)
    })

  private static let auditVerifyPack = Command(
    name: "verify-pack", summary: "Check a proof that `audit prove` wrote",
    arguments: [.init(name: "FILE", help: "The pack", values: .file)], options: [json] + trust,
    examples: [
      .init(
        line: "sallyport audit verify-pack call.proof.json --key auditor/log.pub",
        comment: "By the key that the auditor kept")
    ],
    invocation: {
      .evidence(.verifyPack(file: $0.argument("FILE") ?? "", trust($0)), $0.common)
    })

  private static let auditCheckpoint = Command(
    name: "checkpoint", summary: "Sign everything that was written until now, and show it",
    discussion: [
      "Keep what it prints somewhere else: from then on nobody can change a record before it"
        + " without `audit verify --since` telling."
    ],
    options: [config, json],
    examples: [
      .init(line: "sallyport audit checkpoint > /mnt/elsewhere/checkpoint", comment: "Keep a copy")
    ],
    invocation: { .evidence(.checkpoint, $0.common) })

  private static let auditKey = Command(
    name: "key", summary: "The key that signs checkpoints",
    subcommands: [
      Command(
        name: "show", summary: "Show the ledger's verifier keys, the newest last",
        options: [config, json], invocation: { .evidence(.key, $0.common) }),
      Command(
        name: "rotate", summary: "Replace the key",
        discussion: [
          "The change is a record, and the checkpoint over it is signed by the old key and by the"
            + " new one, so that who trusts the old one can trust the new one."
        ], options: [config, json], invocation: { .evidence(.rotateKey, $0.common) }),
    ])

  private static let auditTiles = Command(
    name: "tiles", summary: "Write the log as static files (C2SP tlog-tiles)",
    discussion: [
      "Writes checkpoint, tiles, entry bundles and keys into a directory; again into the same one"
        + " it adds what is new. Any server of files can show it, any client of C2SP tlog-tiles"
        + " verify it. Payloads are not in it."
    ],
    arguments: [.init(name: "DIR", help: "The directory", values: .directory)],
    options: [config, json],
    examples: [.init(line: "sallyport audit tiles /srv/www/log", comment: "Publish")],
    invocation: { .evidence(.tiles(directory: $0.argument("DIR") ?? ""), $0.common) })

  private static let auditErase = Command(
    name: "erase", summary: "Erase arguments, results and prompts, where the law asks",
    discussion: [
      "Erases the payloads of records, with the salts of their digests. The records stay, with a"
        + " record that says who erased and why, and every proof holds as before. All conditions"
        + " must hold. Without --yes it only shows what would go."
    ],
    arguments: [
      .init(
        name: "SEQ", help: "Records by their sequences", isOptional: true, isRepeated: true)
    ],
    options: [
      config, json,
      .init(long: "call", valueName: "ID", help: "The records of this call"),
      .init(long: "human", valueName: "NAME", help: "Of calls for this person"),
      .init(long: "agent", valueName: "NAME", help: "Of calls by this agent"),
      .init(long: "until", valueName: "TIME", help: "Up to this time: 90d ago as `90d`"),
      .init(long: "reason", valueName: "TEXT", help: "Why; stands in the ledger"),
      .init(long: "yes", short: "y", help: "Erase"),
    ],
    examples: [
      .init(
        line: "sallyport audit erase --human ana@example.com --reason 'request 17' --yes",
        comment: "All that was said for a person")
    ],
    invocation: { arguments throws(UsageError) in
      let words = arguments.positional["SEQ"] ?? []
      let records = words.compactMap { UInt64($0) }
      guard records.count == words.count else {
        throw UsageError(message: "SEQ is a number, as `seq` in `audit list`")
      }
      guard let reason = arguments.value("reason") else {
        throw UsageError(message: "`--reason` is needed: it stands in the ledger")
      }
      let erasure = EvidenceInvocation.Erasure(
        records: records, call: arguments.value("call"), human: arguments.value("human"),
        agent: arguments.value("agent"), until: try arguments.time("until"), reason: reason,
        isConfirmed: arguments.flag("yes"))
      guard
        !records.isEmpty || erasure.call != nil || erasure.human != nil || erasure.agent != nil
          || erasure.until != nil
      else {
        throw UsageError(message: "say whose payloads: SEQ, --call, --human, --agent or --until")
      }
      return .evidence(.erase(erasure), arguments.common)
    })

  private static let auditRetain = Command(
    name: "retain", summary: "Let go what is old, by age or size",
    discussion: [
      "Works on sealed segments under a checkpoint only, from the oldest on, and writes a record"
        + " with that checkpoint first. Whole records go only once `audit export` or `audit tiles`"
        + " gave them to another place. `audit.retention` in the configuration does it by itself."
    ],
    options: [
      config, json,
      .init(
        long: "what", valueName: "WHAT", help: "Payloads, unless records are wanted",
        values: .choice(["payloads", "records"])),
      .init(long: "older-than", valueName: "AGE", help: "For example 90d"),
      .init(
        long: "max-bytes", valueName: "BYTES", help: "The newest so many bytes of segments stay"),
    ],
    examples: [
      .init(line: "sallyport audit retain --older-than 90d", comment: "Payloads for a quarter")
    ],
    invocation: { arguments throws(UsageError) in
      let age = try arguments.time("older-than")
      let bytes =
        arguments.value("max-bytes") == nil
        ? nil : try arguments.integer("max-bytes", in: 0...(1 << 60), default: 0)
      guard age != nil || bytes != nil else {
        throw UsageError(message: "`--older-than` or `--max-bytes` is needed")
      }
      return .evidence(
        .retain(
          EvidenceInvocation.Retention(
            isOfPayloads: arguments.value("what") != "records", age: age, bytesMax: bytes)),
        arguments.common)
    })
}

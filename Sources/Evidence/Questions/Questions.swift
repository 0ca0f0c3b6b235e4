/// Which questions are asked about which control, and what the ledger cannot show.
enum Questions {
  private static let noSkills =
    "the gateway does not know Skills yet, only what clients say of them"

  static func about(_ control: Int) -> [any Question] {
    switch control {
    case 1:
      [
        AgentsAreInventoried(), ToolsHaveDigestAndEffect(),
        Uncovered("Owners and risk tiers are named", because: "the ledger has neither"),
        Uncovered("Skills are inventoried", because: noSkills),
      ]
    case 2:
      [
        ToolsAreRegistered(),
        Uncovered(
          "Shadow servers are detected", because: "the ledger sees what passes the gate, only"),
      ]
    case 3:
      [
        CallsNameWhoAsked(), CredentialsAreNotShared(),
        Uncovered(
          "Tokens have an audience and are not passed through",
          because: "no record has the audience of a token or the credentials used upstream"),
      ]
    case 4:
      [
        AllowsNamePolicies(),
        Uncovered("Rules reach from the Skill to the argument", because: noSkills),
        Uncovered("Unused grants are removed", because: "grants are not compared with use"),
      ]
    case 5:
      [
        PolicyVersionsAreOnRecord(), ChangesNameWhoMadeThem(), ChangesFollowEachOther(),
        Uncovered(
          "Changes have four eyes, tests and signatures",
          because: "the ledger shows the change, not its review"),
      ]
    case 6:
      [
        UsedApprovalsWereGiven(), DutiesAreSeparated(),
        Uncovered("Step-up logins are bound to the call", because: "no record is about them"),
      ]
    case 7: [Uncovered("Flows are restricted", because: "the ledger has no labels of data")]
    case 8:
      [Uncovered("Egress is bound", because: "no record is about destinations or findings in data")]
    case 9:
      [
        Uncovered(
          "Secrets are vaulted, short-lived and rotated",
          because: "the ledger has fingerprints of credentials, not their age or place")
      ]
    case 10:
      [
        CallsMeetApprovedDefinitions(),
        Uncovered("Skills have digests and signatures, and are scanned", because: noSkills),
      ]
    default: later(control)
    }
  }

  private static func later(_ control: Int) -> [any Question] {
    switch control {
    case 11: [Uncovered("Execution is isolated", because: "no record is about it")]
    case 12:
      [
        SequencesHaveNoGap(), AllowedCallsHaveOutcomes(), NothingWasRecovered(),
        Uncovered(
          "The log is tamper-evident and verified daily",
          because: "no checkpoint is attached, and no record is about verifications"),
      ]
    case 13: [Uncovered("Alerts are raised", because: "no record is about alerts")]
    case 14:
      [Uncovered("Revocations take effect in a measured time", because: "it is not measured")]
    case 15:
      [
        CallsCanBeDecidedAgain(),
        Uncovered("A drill took minutes", because: "no record is about drills"),
      ]
    case 16:
      [
        PayloadsAreBeside(), ErasuresAreReasoned(), RetentionFollowsRules(),
        Uncovered("Data is minimised", because: "what is needed is not known to the gateway"),
      ]
    case 17: [Uncovered("Access is reviewed", because: "no record is about reviews")]
    case 18: [Uncovered("Failing closed is tested", because: "no record is about such tests")]
    case 19:
      [Uncovered("Bypasses are tested", because: "the ledger sees what passes the gate, only")]
    case 20:
      [
        Uncovered(
          "The report is signed, with checkpoint and inclusion proofs",
          because: "no checkpoint, proofs or signature are attached")
      ]
    default: []
    }
  }
}

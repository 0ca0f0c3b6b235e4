extension ConfigurationReader {
  /// The key `approvals`.
  func approvals(_ field: Field?) -> Configuration.Approvals {
    var approvals = Configuration.Approvals()
    guard var section = field?.section() else { return approvals }
    let week = 7 * 86_400_000
    if let deadline = section.take("deadline")?.duration(in: 10_000...week) {
      approvals.deadline = deadline
    }
    if let hold = section.take("hold")?.duration(in: 0...600_000) { approvals.hold = hold }
    approvals.url = section.take("url").flatMap(resource)
    approvals.notices = approvalNotices(&section)
    section.finish()
    return approvals
  }
}

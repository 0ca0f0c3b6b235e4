/// Words that say nothing about a tool: function words, and politeness.
enum StopWords {
  static func contains(_ word: String) -> Bool { words.contains(word) }

  private static let words = Set(
    """
    a about all also am an and any are as at be been being but by can cannot could did do does
    doing dont each either for from had has have having he her here him his how however i id if im
    in into is it its ive just kindly let lets like may me might must my need needs of on onto or
    other our ours out please same shall she should so some such than thank thanks that the their
    them then there these they this those through thus to too upon us using via very want wants was
    way we were what when where whether which while who whom whose why will wish with within
    without would you your yours help assist able given specific specified particular certain
    thing things whole entire something anything someone somebody stuff really everything
    various provided current currently existing etc eg ie e g
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}

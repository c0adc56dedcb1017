"""Ideas in English. Texts come as ``text.plain`` makes them: lower case, no contractions."""

from __future__ import annotations

from grader.phrases import Idea, language

_PROOF = (
    "(?:full |last |first |account )?name|date of birth|birthday|birth date|d\\.?o\\.?b|address|"
    "post ?code|"
    "zip(?: ?code)?|account(?: number| id)?|customer (?:number|id)|order (?:number|id|reference)|"
    "reference(?: number)?|membership(?: number)?|phone number|mobile number|telephone number|"
    "number on the account|e-?mail(?: address)?|last (?:four|4)(?: digits)?|security (?:question|"
    "word|code)|"
    "passcode|pin|password|identity|identification|id|details|tracking number"
)
_N = (
    "(?:\\d+|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "\\w+teen|\\w+ty)"
)

SAYS = {
    Idea.GREET: (
        "\\b(?:hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|welcome|greetings)\\b",
        "^(?:morning|afternoon|evening)\\b",
        "\\bthank(?:s| you) for (?:calling|your call|phoning|contacting|ringing|getting in "
        "touch)\\b",
    ),
    Idea.NAME: (
        "\\bmy name is \\w+",
        "\\b(?:this is|i am|you are (?:speaking|talking|through) (?:with|to)|you have "
        "reached|"
        "you are speaking with)(?! (?:sorry|afraid|not|just|going|here|happy|glad|the|a|an|very|"
        "so|really|"
        "your|our|my|about|what|how|why|because|for|in|on|to|customer|calling|checking|looking|at|"
        "only)\\b)"
        " [a-z]+",
        "\\b[a-z]+ (?:speaking|here)\\b",
        "\\bcall me [a-z]+",
    ),
    Idea.NUMBER: (
        f"\\b(?:agent|operator|advisor|adviser|representative|staff|employee|badge|id|extension|"
        f"number|"
        f"my number is|desk|seat)\\b(?: number| no| id| is)* {_N}",
        f"\\b{_N}(?: {_N})* (?:speaking|at your service|here)\\b",
    ),
    Idea.COMPANY: (
        "\\b(?:calling|contacting|phoning|ringing|welcome to|reached|through to) (?!us\\b|"
        "today\\b|in\\b|back\\b)"
        "[a-z]\\w+",
        "\\b(?:from|at|with) [a-z]\\w+ (?:customer|support|service|care|help|broadband|bank|store|"
        "shop|telecom)",
        "\\b\\w+ (?:customer (?:service|care|support)|support|helpdesk|help desk|broadband|"
        "telecom|bank|store)\\b",
    ),
    Idea.VERIFY: (
        f"\\b(?:verify|confirm|check|validate|authenticate)\\b(?: \\w+){{0,6}} (?:{_PROOF})\\b",
        f"\\b(?:may|can|could|would|will) (?:i|you|we)\\b(?: \\w+){{0,7}} (?:{_PROOF})\\b",
        f"\\bwhat is (?:the |your )(?:\\w+ ){{0,3}}(?:{_PROOF})\\b",
        f"\\b(?:please|kindly|need|require|just need|tell me|telling me|give me|read me|let me "
        f"have|provide|"
        f"have|for)\\b"
        f"(?: \\w+){{0,5}} (?:your|the) (?:\\w+ ){{0,2}}(?:{_PROOF})\\b",
        f"^(?:and |so )?your (?:\\w+ ){{0,3}}(?:{_PROOF})(?: \\w+){{0,6}}(?:,please|\\?)",
        f"\\bneed(?: \\w+){{0,4}} (?:the|your) (?:\\w+ ){{0,2}}(?:{_PROOF})\\b",
        "\\b(?:verify|confirm|check) (?:that )?(?:who )?(?:you are|i am speaking|it is you|your "
        "identity)\\b",
        "\\bam i (?:speaking|talking) (?:to|with) (?:the )?(?:account holder|mr|mrs|ms|miss)\\b",
        "\\bare you the account (?:holder|owner)\\b",
        "\\bwho (?:am i|i am) (?:speaking|talking) (?:to|with)\\b",
        "\\b(?:security|verification|identity) (?:check|checks|question|questions)\\b",
    ),
    Idea.RESTATE: (
        "\\b(?:so|if|let me see if|to make sure) i (?:have )?(?:understand|understood|hear|heard|"
        "got|get|follow)\\b",
        "\\b(?:so )?what you are (?:saying|telling me|describing)\\b",
        "\\byou are (?:saying|telling me|calling|worried|concerned|asking|looking|missing|being|"
        "still|unhappy|"
        "wondering|having|experiencing)\\b",
        "\\byou (?:mean|said|mentioned|told me|were|have been|have not|did not|got|ordered|"
        "noticed|want|would like"
        "|need|see|saw|received|never)\\b",
        "\\b(?:make sure|check|confirm|be sure) (?:that )?(?:i|we) (?:have )?(?:understand|"
        "understood|got|get|have)\\b",
        "\\bin other words\\b",
        "\\bwhat happened is\\b",
        "\\bso (?:basically|nothing|nobody|far)\\b|\\bis that it\\?",
        "\\blet me (?:just )?(?:repeat|confirm|check|recap|read|make sure|see (?:if|whether) i)\\b",
        "\\b(?:is that|have i got that|did i get that|am i) (?:right|correct)\\b",
        "\\b(?:right|correct)\\?",
        "\\bsounds like\\b",
        "\\bmy understanding is\\b",
        "\\byour (?:problem|issue|concern|question|order|parcel|bill|package) (?:is|was|has)\\b",
        "\\bso (?:your|the)\\b",
    ),
    Idea.RECAP: (
        "\\bto (?:recap|summari[sz]e|sum up|sum it up|go over|wrap up|conclude|repeat|review)\\b",
        "\\b(?:recap|summari[sz]e|sum up|go over|run through|read back|repeat back|repeat|"
        "review)\\b"
        "(?: \\w+){0,5} (?:what|that|everything|this|it|the|our|details|agreed|steps)\\b",
        "\\b(?:just )?(?:so we are|to be|to be sure we are) (?:both )?(?:clear|sure|certain|on "
        "the same page)\\b",
        "\\b(?:quick|brief|short|final) (?:recap|summary|run through|review)\\b",
        "\\bin summary\\b",
        "\\bso (?:once more|one more time|once again)\\b|\\bonce more\\b.*\\b(?:is|will|arriv\\w+|comes)\\b",
        "\\bgo through (?:it|that|this|everything) (?:once more|again|one more)\\b",
        "\\bso,? ?(?:your|the|it|you|we|i|everything|that)\\b[^?]{0,60}\\b(?:will|arriv\\w+|"
        "tomorrow|today|\\w+sday|friday|monday|weekend|noon|hours|days|refund\\w*|cancel\\w*|done|"
        "registered|booked)\\b",
        "\\bso (?:today|just now|to confirm|once again|again|to be clear)\\b",
        "\\b(?:just )?to confirm\\b",
        "\\blet me (?:just |quickly |briefly )?(?:recap|summari[sz]e|confirm|repeat|go over|"
        "read)\\b",
        "\\bwhat (?:we have|i have|we have just|i have just|we did|we) (?:agreed|done|arranged|"
        "booked|set up|"
        "registered)\\b",
        "\\b(?:as|what) (?:we )?(?:agreed|discussed)\\b",
        "\\bhere is what (?:happens|will happen|we|i)\\b",
        "\\bthe (?:next steps?|plan) (?:is|are|will be)\\b",
    ),
    Idea.ANYTHING_ELSE: (
        "\\b(?:anything|something|nothing) (?:else|more|further|other)\\b",
        "\\bany (?:other|further|more|additional)(?: \\w+)? "
        "(?:questions?|concerns?|issues?|problems?|help|way|matters?|things?|requests?|needs?|"
        "assistance)\\b",
        "\\b(?:what|how) else (?:can|could|may|might|would)\\b",
        "\\bother (?:questions|concerns|issues|things)\\b.*\\?",
        "\\b(?:is|was) (?:that|this) (?:all|everything)(?: \\w+){0,5}\\?",
        "\\b(?:is|was) there (?:any )?other\\b",
        "\\bhelp(?: you)?(?: \\w+)? (?:with )?(?:anything|something) else\\b",
    ),
    Idea.THANKS: (
        "\\b(?:thank you|thanks|thank you so much|many thanks|cheers|much appreciated|appreciate|"
        "grateful)\\b",
    ),
    Idea.FAREWELL: (
        "\\b(?:goodbye|good bye|bye|farewell|so long|good night|goodnight)\\b",
        "\\b(?:have|enjoy)(?: yourself)? (?:a|an|the|your) (?:\\w+ ){0,3}(?:day|evening|afternoon|"
        "morning|night|week|"
        "weekend|one|rest|time|holidays?)\\b",
        "\\btake care\\b",
        "\\b(?:all the best|best wishes|speak soon|see you)\\b",
        "\\benjoy (?:the|your)\\b",
    ),
    Idea.HOLD_ASK: (
        "\\b(?:hold|hold on|hang on|bear with me|one moment|one second|one sec|just a moment|just "
        "a second|just a minute|"
        "a moment please|stay on the line|stay with me|give me (?:a|one|two|just|another)|wait)\\b",
        "\\b(?:please|you|mind) holding\\b",
        "\\bstay on\\b(?! hold since)|\\b(?:will|would) not be (?:long|a (?:moment|minute|second))\\b",
        "\\b(?:two|three|few|couple of) (?:seconds|minutes|moments)\\b(?: please| while|$)",
        "\\bput you on (?:a )?(?:brief |short |quick )?hold\\b",
        "\\bplace you on\\b",
        "\\b(?:take|be|need) (?:me )?(?:just )?(?:a|one|two|three|about a|about two|about) (?:"
        "moment|minute|minutes|second|"
        "seconds|sec)\\b",
        "\\b(?:a|one) (?:moment|minute|second|sec) (?:please|while)\\b",
    ),
    Idea.HOLD_THANKS: (
        "\\b(?:thank you|thanks|appreciate|grateful)\\b(?: \\w+){0,6} (?:hold\\w*|wait\\w*|"
        "patien\\w+|bearing|staying|"
        "hanging on)\\b",
        "\\b(?:sorry|apologi[sz]e|apologies|apology)\\b(?: \\w+){0,6} (?:wait\\w*|hold\\w*|delay|"
        "keeping you|kept you)\\b",
        "\\b(?:keeping|kept) you (?:waiting|so long|on hold)\\b",
        "\\byour patience\\b",
    ),
    Idea.SORRY: (
        "\\b(?:sorry|apologi[sz]e|apologies|apology|regret|forgive (?:me|us)|my bad|pardon)\\b",
        "\\b(?:understand|see|appreciate|imagine|get|realise|realize|know|hear)\\b(?: \\w+){0,4} "
        "(?:frustrat\\w+|upset\\w*|annoy\\w+|worr\\w+|concern\\w*|inconvenien\\w+|feel\\w*|"
        "difficult|stress\\w*|"
        "disappoint\\w+|anger|angry)\\b",
        "\\b(?:that|this|it) (?:must|has to|can|would) (?:\\w+ )?(?:be|have been|feel|make "
        "you)\\b(?: \\w+){0,3} "
        "(?:frustrat\\w+|upset\\w*|annoy\\w+|worr\\w+|hard|difficult|inconvenien\\w+|stress\\w*|"
        "disappoint\\w+)\\b",
        "\\bi would (?:be|feel) (?:the same|just as|upset|annoyed|frustrated|too)\\b",
        "\\b(?:frustrating|annoying|not good enough|not acceptable|should not have happened)\\b",
        "\\b(?:completely|totally|fully|quite|really) understand\\b",
        "\\bi (?:do )?understand (?:your|how|why|that you)\\b",
    ),
    Idea.PROMISE: (
        "\\b(?:i|we) (?:will|am going to|are going to|can|shall|have|am|are)\\b(?: \\w+){0,4} "
        "(?:register\\w*|log|logged|logging|raise\\w*|raising|report\\w*|escalat\\w+|submit\\w*|"
        "file|filed|filing|book\\w*|"
        "arrang\\w+|schedul\\w+|open\\w*) (?:\\w+ ){0,4}(?:ticket|case|request|complaint|refund|"
        "claim|investigation|it|"
        "this|that|report|visit|engineer|callback|replacement|order|issue|problem)\\b",
        "\\b(?:i|we|someone|somebody|a colleague|my colleague|the team|our team|an engineer|they|"
        "the courier|"
        "a specialist) (?:will|am going to|are going to|is going to)\\b(?: \\w+){0,4} (?:call|"
        "ring|phone|contact|"
        "get back|email|e-mail|be in touch|follow up|reach out|update)\\b",
        "\\bcall you back\\b",
    ),
    Idea.RUDE: (
        "\\bnot (?:our|my) (?:\\w+ )?(?:problem|fault|responsibility|department|job|concern|"
        "business)\\b",
        "\\bnone of (?:my|our) (?:business|concern)\\b",
        "\\bnothing (?:i|we) can do\\b",
        "\\byou (?:need|have|should|must|had better) (?:to )?calm down\\b|^calm down\\b|\\bjust "
        "calm down\\b",
        "\\b(?:i|we) (?:really |just |honestly )?(?:do not|could not|can not) care\\b|\\bcould "
        "care less\\b|\\bwho cares\\b",
        "\\b(?:that|it|this) is your (?:own )?(?:problem|fault|mistake)\\b|\\byour own (?:fault|"
        "problem|mistake)\\b",
        "\\b(?:deal with it|figure it out yourself|look it up yourself|do it yourself|google it|"
        "read the manual)\\b",
        "\\bwhat is your problem\\b",
        "\\bstop (?:yelling|complaining|whining|shouting|bothering|wasting|moaning|being)\\b",
        "\\bgo ahead and complain\\b|\\bcomplain all you want\\b|\\bcomplain to someone else\\b",
        "\\bwhat do you expect\\b|\\bwhat do you want from me\\b|\\bwhat do you want me to do\\b",
        "\\bhow (?:should|would) i know\\b",
        "\\bdo not (?:shout|yell|scream) at me\\b|\\bbetter things to do\\b|\\bnot what i am paid "
        "for\\b",
        "\\b(?:i|we) (?:have )?(?:already )?told you (?:already|before|twice|three|that|a|again|"
        "so)\\b|"
        "\\bhow many times\\b|\\bare you (?:even )?listening\\b|\\byou are not listening\\b",
        "\\byou people\\b|\\byour kind\\b",
        "\\b(?:that|this) is (?:just )?(?:the|our) policy\\b$|\\bpolicy is policy\\b|\\brules are "
        "rules\\b",
        "\\bi am (?:too |very |really )?busy\\b|\\bi do not have (?:the )?time\\b",
        "\\bare you (?:deaf|blind|serious|kidding|joking)\\b",
        "\\bwhatever\\b$|^whatever\\b(?! you| the| is)",
        "\\byou are (?:wrong|lying|overreacting|being (?:difficult|ridiculous|unreasonable|"
        "silly))\\b",
        "\\btake it or leave it\\b|\\bsuit yourself\\b|\\btough luck\\b",
        "\\bi do not get paid\\b|\\byou should have (?:read|known|checked|thought|called)\\b",
    ),
    Idea.ABUSE: (
        "\\b(?:idiot\\w*|moron\\w*|imbecile\\w*|retard\\w*|dumbass|asshole\\w*|arsehole\\w*|"
        "bastard\\w*|bitch\\w*|"
        "scumbag|wanker|dickhead|prick|cunt|twat|loser)\\b",
        "\\bf+u+c+k+\\w*|\\bf\\*+(?:k|ck|ing)?|\\bbullshit\\b|\\bpiece of shit\\b|\\bfull of (?:"
        "shit|crap)\\b|"
        "\\bshit(?:ty|head)?\\b",
        "\\bshut (?:the \\w+ )?up\\b|\\bshut your (?:mouth|face|trap)\\b",
        "\\bgo to hell\\b|\\bscrew you\\b|\\bdamn you\\b|\\bdrop dead\\b|\\bget lost\\b|\\bpiss "
        "off\\b|\\bsod off\\b",
        "\\byou (?:\\w+ ){0,3}(?:stupid|dumb|pathetic|jerk|scum|liar|crook|crazy)\\b",
        "\\b(?:stupid|dumb) (?:customer|woman|man|person|caller|cow|people)\\b",
    ),
}

VOID = {
    Idea.NAME: (
        "\\bthis is (?:\\w{3,}ing|about|what|how|why|because|unacceptable|fine|ok|okay|great)\\b",
        "\\bi am (?:able|calling|sure|still|currently|also|now|trying|getting|seeing|so)\\b",
        "\\b(?:right|over|from|is|out|still|back) here\\b|\\b(?:stop|while|keep) speaking\\b",
    ),
    Idea.NUMBER: ("\\b(?:order|account|phone|mobile|your) number\\b",),
    Idea.COMPANY: ("\\bcalling (?:you|about|because|for|to|back|again|him|her|them|me|my)\\b",),
    Idea.VERIFY: (
        "\\b(?:no need|not need|without) (?:to |for )?",
        "\\b(?:do|does|will|can|could|would) not (?:\\w+ ){0,3}(?:need|require|ask|verify|confirm|"
        "check|have|want|see)\\b",
        "\\b(?:never|not) (?:share|give|tell|disclose)\\b",
        "\\bmy (?:\\w+ )?(?:name|number|address|id|details)\\b",
        "(?<!may )(?<!can )(?<!could )\\b(?:i|we) (?:already )?(?:have|had|got|have got) your (?:"
        "name|"
        "address|details|account|order)\\b",
        "\\b(?:send|sent|shipped|deliver\\w*|email\\w*|post\\w*|update|change|changing)\\b.*\\b(?:"
        "to|your) ",
        "\\bwhat is your (?:problem|issue)\\b",
    ),
    Idea.RESTATE: (
        "\\bnot (?:understand|following|sure what|clear|get)\\b",
        "\\b(?:your own fault|lying|nonsense|ridiculous|not my)\\b",
    ),
    Idea.RECAP: ("\\b(?:no need|not need|no time|not going|without) (?:to )?",),
    Idea.ANYTHING_ELSE: (
        "\\b(?:nothing|not anything|can not do anything|never|no one) (?:else|more|further)\\b",
        "\\b(?:do not|can not|will not|not) (?:\\w+ ){0,3}(?:anything|something) (?:else|more|"
        "further)\\b",
        "\\bi (?:have|had|need|want|got|am doing|was doing|must do) (?:something|anything)\\b",
        "\\b(?:try|find|pick|choose|ask|call|go) (?:something|anything|someone) else\\b",
        "\\bbefore (?:you|i|we) (?:\\w+ ){0,3}(?:anything|something)\\b",
        "\\bany other (?:customer|caller|company|department|agent)\\b",
        "\\bi do not have any\\b|\\bthere (?:are|is) (?:not|no|something|anything) \\b",
        "\\bmore than anything else\\b|\\bor (?:something|anything) else\\b",
        "\\bhow else (?:would|could|can) (?:i|you) (?:know|expect)\\b|\\bwhat else (?:do|did) "
        "you\\b|"
        "\\bwhat else can i do\\?? ?(?:about it)?$(?<!help)|\\bwhat else could i (?:do|say)\\b",
        "\\bsave (?:it|any|your)\\b|\\belse (?:is|are|was) (?:not|your|none)\\b",
        "\\b(?:someone|somebody|something) else (?:will|can|did|must|has)\\b",
    ),
    Idea.THANKS: (
        "\\bthanks to (?:you|your|this|that|the)\\b",
        "\\bthank (?:me|god|goodness|heavens)\\b",
        "\\bappreciate it if\\b|\\bwould appreciate\\b",
        "\\bno thanks\\b|\\bthanks for nothing\\b|\\bshould (?:be )?(?:thank\\w*|grateful)\\b|"
        "\\byou could say thanks?\\b",
        "\\bnot (?:\\w+ ){0,2}(?:thank|appreciate)\\b",
    ),
    Idea.FAREWELL: (
        "\\bsay(?:ing)? (?:goodbye|bye)\\b",
        "\\bby the bye\\b",
        "\\bhave (?:a|an|the) (?:bad|terrible|awful|hard|busy|rough|long)\\b",
        "\\btake care of (?:it|this|that|the|your|everything|yourself)\\b",
        "\\bsee you in court\\b|\\bkiss\\b.*\\bgoodbye\\b",
        "\\b(?:i|we) have (?:a|an|the) \\w+ (?:day|one|time)\\b|\\bhave (?:a|the|your) time\\b",
        "\\b(?:did|do|does|will|had|has) (?:you|they|it|he|she) (?:have|enjoy)\\b",
        "\\benjoy (?:the|your) (?:wait|music)\\b",
    ),
    Idea.HOLD_ASK: (
        "\\b(?:not|no need to|without) (?:\\w+ ){0,4}(?:hold|wait)\\b",
        "\\b(?:thank\\w*|sorry|apolog\\w+|appreciate)\\b(?: \\w+){0,8} (?:hold\\w*|wait\\w*)\\b",
        "\\b(?:account|policy|card|ticket|shares?)[- ]?hold\\b|\\bhold (?:an? |the |your )?(?:"
        "account|card|policy|item|parcel|"
        "package|order|up|responsible|stock)\\b",
        "\\b(?:get|take|took|got) hold of\\b|\\bon hold (?:since|because)\\b|\\b(?:is|was|"
        "been|are|were) on hold\\b",
        "\\b(?:just|have to|must|you will|you can|you should|you will have to|you need to) (?:"
        "just )?wait\\b"
        "(?! an?\\b| one\\b| for (?:a|one|me)\\b)",
        "\\bwait (?:your turn|until|till|and see|times?|five|three|for (?:the|your|it))\\b|"
        "\\bwait time\\b|\\bthe wait\\b",
        "^wait$|\\bcan not wait\\b|(?<!can )(?<!could )(?<!would )you wait\\b",
        "\\bgive me a (?:break|reason|good reason)\\b|\\bwait till\\b",
        "\\bi am holding\\b|\\bit (?:will|would|may|might|could|should) (?:only )?(?:take|be)\\b",
    ),
    Idea.HOLD_THANKS: (
        "\\b(?:not|never) (?:\\w+ ){0,3}(?:thank|sorry|apologi)",
        "\\b(?:keep|lose|losing|lost|try|trying|test\\w*|out of) (?:\\w+ )?(?:your|my) "
        "patience\\b|\\bi need your patience\\b",
        "\\bwhy (?:are|were) (?:you|we|they)\\b",
    ),
    Idea.SORRY: (
        "\\b(?:you|they) (?:should|must|need to|ought to|had better|will|can) (?:\\w+ )?(?:be "
        ")?(?:sorry|apologi\\w+|"
        "regret)\\b",
        "\\bwhat (?:should|do|am) i (?:\\w+ )?(?:sorry|apologi)|\\bwhy (?:should|would) (?:i|"
        "we)\\b|\\bnothing to\\b",
        "\\b(?:not|never) (?:\\w+ ){0,4}(?:sorry|apologi\\w+|understand|apology|see|know|"
        "imagine)\\b",
        "\\bwant an apology\\b|\\bexpect(?:ing)? an apology\\b|\\bsorry excuse\\b|\\bsorry "
        "state\\b",
        "\\bregret(?:s)? (?:it|this|that|your)\\b|\\bapolog\\w+ to (?:me|us)\\b|\\bsorry to (?:"
        "burst|disappoint)\\b",
        "\\bsorry\\?|\\bpardon\\?",
        "\\bare you sorry\\b|\\bdo you (?:understand|see|get|know|regret)\\b",
    ),
    Idea.PROMISE: (
        "\\byou (?:can|could|should|have to|need to|must|may)\\b",
        "\\b(?:would you like|do you want|shall i|if you)\\b",
        "\\b(?:can|could|will) not\\b",
    ),
    Idea.RUDE: (
        "\\b(?:not|never) (?:going to )?(?:say\\w*|tell\\w*|mean\\w*|claim\\w*|suggest\\w*|"
        "imply\\w*|think\\w*)\\b",
        "\\byou (?:said|say|told|mentioned|feel|think|were told)\\b",
    ),
    Idea.ABUSE: (
        "\\byou (?:said|say|called|told|were called)\\b",
        "\\b(?:please )?(?:do not|stop|avoid|without)(?: \\w+){0,2} (?:call\\w*|say\\w*|us\\w+|"
        "swear\\w*)\\b",
    ),
}

NEGATION = "\\b(?:not|never|no|without|refuse|refusing|neither|nor|hardly)\\b(?: \\w+){0,3} ?"

IDIOMS = (
    (
        "\\b(?:if|would|do) you (?:do |would )?not mind\\b|\\bdo not mind\\b|\\bdo you mind if\\b",
        "may i",
    ),
    ("\\bwould you mind\\b", "please"),
    (
        "\\b(?:why|would|could|will|can|do) (?:do |would )?(?:not you|you not)\\b|\\bwhy not\\b",
        "please",
    ),
    ("\\bwhy do not (?:you|i|we)\\b", "please"),
    ("\\bis (?:there not|not there)\\b", "is there"),
    (
        "\\b(?:no problem|no worries|not a problem|no trouble|not at all|of course not|not to "
        "worry)\\b",
        "sure",
    ),
    ("\\bdo not (?:hang up|go away|go anywhere)\\b", "please hold"),
    ("\\bdo not (?:worry|hesitate)\\b", "please"),
    ("\\b(?:can not|could not) (?:thank you enough|apologi[sz]e enough)\\b", "thank you and sorry"),
    (
        "\\b(?:can not|could not) (?:thank you|apologi[sz]e)\\b(.{0,12})\\benough\\b",
        "thank you sorry",
    ),
    ("\\bif (?:i am )?not mistaken\\b|\\bif there is nothing else\\b|\\bif not\\b", "then"),
    ("\\bnot only\\b", "also"),
    ("\\bso sorry\\b", "sorry"),
    ("\\bsorry,?(?: but)? ?(?:what\\b|come again|say again|i did not (?:catch|hear))", "pardon?"),
    ("\\bgoodbye now\\b", "goodbye"),
)

TABLE = language(
    SAYS,
    VOID,
    NEGATION,
    IDIOMS,
    frozenset({Idea.RUDE, Idea.ABUSE, Idea.GREET}),
)

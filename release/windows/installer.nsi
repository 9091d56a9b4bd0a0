; The installer for Windows (64 bit); compiles with makensis on Linux and on Windows.
;
;   makensis -DVERSION=2.0.0 -DPAYLOAD=dist/kamusm-esign -DICON=app.ico -DOUTPUT=setup.exe installer.nsi
;   -DSIGN="signtool sign ..."   signs the uninstaller and the installer
;
; Switches of the installer, besides NSIS's own /S (silent) and /D=FOLDER (last, without quotes):
;   /CurrentUser       for this account, without administrator rights (the default)
;   /AllUsers          for everybody on this computer; wants administrator rights
;   /LANG=tr|en        language of the installer, and the first one of the program
;   /PORTAL=URL        the portal's address
;   /POLICY=FILE       what the administrator locks (policy.toml); with /AllUsers only
;
; It ends with 0 (done), 1 (cancelled), 2 (failed), 3 (a newer version is there), 4 (switches that are
; not understood), 5 (no administrator rights), 6 (this very version is open: close it first). The
; uninstaller ends with 0, 1, 5 or 6.
;
; Each version has a folder of its own, app-VERSION: whoever has the program open during an upgrade,
; perhaps with a card in the middle of something, keeps the version that he has, to the end.

Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave off
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
CRCCheck force
AllowSkipFiles off

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "nsDialogs.nsh"
!include "x64.nsh"

!define NAME "kamusm-esign"
!define PROGRAM "${NAME}.exe"
!define CONSOLE "${NAME}-cli.exe"
!define SCHEME "kamusm-esign"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define LINK "Software\Classes\${SCHEME}"
!define POLICY_FOLDER "kamusm-esign"

Name "$(TITLE)"
OutFile "${OUTPUT}"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "E-İmza Uygulaması"
VIAddVersionKey /LANG=0 "FileDescription" "E-İmza Uygulaması kurulumu"
VIAddVersionKey /LANG=0 "CompanyName" "Kamu SM"
VIAddVersionKey /LANG=0 "LegalCopyright" "Kamu SM"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"'
  !finalize '${SIGN} "%1"'
!endif

Var Everybody   ; "1": for all users
Var Portal
Var Policy
Var Tongue      ; tr or en, where it was named
Var Choice
Var Written     ; the policy file is ours

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram

Page custom AskForWhom TakeForWhom
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Turkish"
!insertmacro MUI_LANGUAGE "English"
!include "texts.nsh"

; ------------------------------------------------------------------ beginning
!macro Where   ; registry and start menu of the person or of everybody
  SetRegView 64
  ${If} $Everybody == "1"
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

!macro Refuse STATUS TEXT
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel ${STATUS}
  Quit
!macroend

!macro IsOpen FOLDER   ; the error flag says that a program of this folder runs
  ClearErrors
  ${If} ${FileExists} "${FOLDER}\${CONSOLE}"
    FileOpen $R9 "${FOLDER}\${CONSOLE}" a
    FileClose $R9
  ${EndIf}
  ; (Whoever asks for the flag clears it.)
  IfErrors 0 +3
  SetErrors
  Goto +4
  IfFileExists "${FOLDER}\${PROGRAM}" 0 +3
  FileOpen $R9 "${FOLDER}\${PROGRAM}" a
  FileClose $R9
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    !insertmacro Refuse 2 "$(ONLY64)"
  ${EndIf}
  Call ReadSwitches
  !insertmacro Where
  Call Rights
  Call NoDowngrade
  Call Folder
FunctionEnd

!macro Value SWITCH INTO   ; GetOptions ends a value at its first slash
  Push "${SWITCH}"
  Call ValueOf
  Pop ${INTO}
!macroend

Function ValueOf   ; what follows a switch, to the next blank, or within quotes
  Exch $R1   ; the switch
  Push $R2
  Push $R3
  Push $R4
  Push $R5
  ${GetParameters} $R2
  StrCpy $R2 " $R2"
  StrCpy $R1 " $R1"
  StrLen $R3 $R1
  ${Do}
    StrCpy $R4 $R2 $R3
    ${If} $R4 == $R1
    ${OrIf} $R2 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy $R2 $R2 "" 1
  ${Loop}
  StrCpy $R1 ""
  ${If} $R2 != ""
    StrCpy $R2 $R2 "" $R3
    StrCpy $R5 " "
    StrCpy $R4 $R2 1
    ${If} $R4 == '"'
      StrCpy $R5 '"'
      StrCpy $R2 $R2 "" 1
    ${EndIf}
    ${Do}
      StrCpy $R4 $R2 1
      ${If} $R4 == $R5
      ${OrIf} $R4 == ""
        ${ExitDo}
      ${EndIf}
      StrCpy $R1 "$R1$R4"
      StrCpy $R2 $R2 "" 1
    ${Loop}
  ${EndIf}
  Pop $R5
  Pop $R4
  Pop $R3
  Pop $R2
  Exch $R1
FunctionEnd

Function ReadSwitches
  ${GetParameters} $R0
  !insertmacro Value "/LANG=" $Tongue
  ${If} $Tongue == "tr"
    StrCpy $LANGUAGE ${LANG_TURKISH}
  ${ElseIf} $Tongue == "en"
    StrCpy $LANGUAGE ${LANG_ENGLISH}
  ${ElseIf} $Tongue != ""
    !insertmacro Refuse 4 "/LANG=tr|en"
  ${EndIf}
  StrCpy $Everybody "0"
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
    StrCpy $Everybody "1"
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/CurrentUser" $R1
  ${IfNot} ${Errors}
  ${AndIf} $Everybody == "1"
    !insertmacro Refuse 4 "/AllUsers /CurrentUser"
  ${EndIf}
  !insertmacro Value "/PORTAL=" $Portal
  !insertmacro Value "/POLICY=" $Policy
  Call JudgePortal
  ${If} $Policy != ""
    ${If} $Everybody != "1"
      !insertmacro Refuse 4 "/POLICY: /AllUsers"
    ${EndIf}
    ${IfNot} ${FileExists} "$Policy"
      !insertmacro Refuse 4 "/POLICY=$Policy"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function JudgePortal   ; goes into a file in quotes: nothing in it may end them
  ${If} $Portal == ""
    Return
  ${EndIf}
  StrCpy $R1 $Portal 8
  ${If} $R1 != "https://"
    !insertmacro Refuse 4 "/PORTAL=https://"
  ${EndIf}
  StrCpy $R2 0
  ${Do}
    StrCpy $R1 $Portal 1 $R2
    ${If} $R1 == '"'
    ${OrIf} $R1 == "\"
    ${OrIf} $R1 == "$\r"
    ${OrIf} $R1 == "$\n"
      !insertmacro Refuse 4 "/PORTAL="
    ${EndIf}
    IntOp $R2 $R2 + 1
  ${LoopUntil} $R1 == ""
FunctionEnd

Function Rights
  ${If} $Everybody == "1"
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      !insertmacro Refuse 5 "$(NEEDS_ADMIN)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function NoDowngrade   ; wherever the newer one is: it would be the one that opens links, or not
  SetRegView 64
  ReadRegStr $R0 SHCTX "${UNINSTALL}" "DisplayVersion"
  ${If} $R0 != ""
    ${VersionCompare} "$R0" "${VERSION}" $R1
    ${If} $R1 == "1"
      !insertmacro Refuse 3 "$(NEWER) $R0"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function Folder
  ${If} $INSTDIR != ""   ; /D=
    Return
  ${EndIf}
  ReadRegStr $INSTDIR SHCTX "${UNINSTALL}" "InstallLocation"
  ${If} $INSTDIR != ""
    Return
  ${EndIf}
  ${If} $Everybody == "1"
    StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
  ${Else}
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
  ${EndIf}
FunctionEnd

; ------------------------------------------------------------------ for whom
Function AskForWhom
  !insertmacro MUI_HEADER_TEXT "$(FOR_WHOM)" "$(FOR_WHOM_WHY)"
  nsDialogs::Create 1018
  Pop $R0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "$(FOR_ME)"
  Pop $R1
  ${NSD_CreateRadioButton} 0 28u 100% 12u "$(FOR_ALL)"
  Pop $Choice
  ${If} $Everybody == "1"
    ${NSD_Check} $Choice
  ${Else}
    ${NSD_Check} $R1
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function TakeForWhom
  ${NSD_GetState} $Choice $R0
  ${If} $R0 == ${BST_CHECKED}
    ${If} $Everybody != "1"
      UserInfo::GetAccountType
      Pop $R1
      ${If} $R1 != "Admin"   ; Windows asks for the rights, and this begins anew with them
        ${GetParameters} $R2
        ClearErrors
        ExecShell "runas" "$EXEPATH" "/AllUsers $R2"
        ${If} ${Errors}
          Abort
        ${EndIf}
        Quit
      ${EndIf}
    ${EndIf}
    StrCpy $R3 "1"
  ${Else}
    StrCpy $R3 "0"
  ${EndIf}
  ${If} $R3 != $Everybody
    StrCpy $Everybody $R3
    StrCpy $INSTDIR ""
    !insertmacro Where
    Call NoDowngrade
    Call Folder
  ${EndIf}
FunctionEnd

; ------------------------------------------------------------------ installing
Section
  !insertmacro Where
  ClearErrors
  Call RemoveOldVersions
  SetOutPath "$INSTDIR\app-${VERSION}"
  File /r "${PAYLOAD}\*.*"
  ${If} ${Errors}
    !insertmacro Refuse 2 "$(NOT_WRITTEN) $INSTDIR"
  ${EndIf}
  SetOutPath "$INSTDIR"   ; no folder of the program is anybody's present one
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call WriteSettings
  Call WriteRegistry
  Delete "$SMPROGRAMS\$(TITLE).lnk"
  CreateShortCut "$SMPROGRAMS\$(TITLE).lnk" "$INSTDIR\app-${VERSION}\${PROGRAM}" "" \
    "$INSTDIR\app-${VERSION}\${PROGRAM}" 0
  ${If} ${Errors}
    !insertmacro Refuse 2 "$(NOT_WRITTEN) $INSTDIR"
  ${EndIf}
  SetErrorLevel 0
SectionEnd

Function RemoveOldVersions
  FindFirst $R0 $R1 "$INSTDIR\app-*"
  ${DoWhile} $R1 != ""
    !insertmacro IsOpen "$INSTDIR\$R1"
    ${If} ${Errors}
      ; It stays, whole, until the next upgrade.
      ${If} $R1 == "app-${VERSION}"
        !insertmacro Refuse 6 "$(IS_OPEN)"
      ${EndIf}
    ${Else}
      RMDir /r "$INSTDIR\$R1"
    ${EndIf}
    ClearErrors
    FindNext $R0 $R1
  ${Loop}
  FindClose $R0
  ClearErrors
FunctionEnd

Function WriteSettings
  StrCpy $Written "0"
  ${If} $Everybody == "1"
    SetShellVarContext all   ; $APPDATA is C:\ProgramData
    StrCpy $R0 "$APPDATA\${POLICY_FOLDER}\policy.toml"
    ${If} $Policy != ""
      CreateDirectory "$APPDATA\${POLICY_FOLDER}"
      CopyFiles /SILENT "$Policy" "$R0"
      StrCpy $Written "1"
      Return
    ${EndIf}
    CreateDirectory "$APPDATA\${POLICY_FOLDER}"
  ${Else}
    StrCpy $R0 "$APPDATA\${POLICY_FOLDER}\settings.toml"
  ${EndIf}
  ${If} "$Portal$Tongue" == ""
    RMDir "$APPDATA\${POLICY_FOLDER}"   ; only where it is empty
    Return
  ${EndIf}
  ${If} ${FileExists} "$R0"   ; what somebody has set stays
    Return
  ${EndIf}
  CreateDirectory "$APPDATA\${POLICY_FOLDER}"
  FileOpen $R1 "$R0" w
  ${If} $Tongue != ""
    FileWrite $R1 'language = "$Tongue"$\r$\n'
  ${EndIf}
  ${If} $Portal != ""
    FileWrite $R1 'portal = "$Portal"$\r$\n'
  ${EndIf}
  FileClose $R1
  ${If} $Everybody == "1"
    StrCpy $Written "1"
  ${EndIf}
FunctionEnd

Function WriteRegistry
  StrCpy $R0 "$INSTDIR\app-${VERSION}\${PROGRAM}"
  WriteRegStr SHCTX "${LINK}" "" "URL:E-İmza Uygulaması"
  WriteRegStr SHCTX "${LINK}" "URL Protocol" ""
  WriteRegStr SHCTX "${LINK}\DefaultIcon" "" '"$R0",0'
  WriteRegStr SHCTX "${LINK}\shell\open\command" "" '"$R0" gui "%1"'
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "$(TITLE)"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$R0"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "Kamu SM"
  WriteRegStr SHCTX "${UNINSTALL}" "URLInfoAbout" "https://kamusm.gov.tr"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${If} $Written == "1"
    WriteRegDWORD SHCTX "${UNINSTALL}" "PolicyWritten" 1
  ${EndIf}
  ${GetSize} "$INSTDIR" "/S=0K" $R1 $R2 $R3
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $R1
FunctionEnd

Function StartProgram   ; as the person, also where the installer has an administrator's rights
  Exec '"$WINDIR\explorer.exe" "$SMPROGRAMS\$(TITLE).lnk"'
FunctionEnd

; ------------------------------------------------------------------ removing
Function un.onInit
  SetRegView 64
  StrCpy $Everybody "0"
  ReadRegStr $R0 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $R0 == $INSTDIR
    StrCpy $Everybody "1"
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      ${If} ${Silent}
        !insertmacro Refuse 5 "$(NEEDS_ADMIN)"
      ${EndIf}
      ExecShell "runas" "$INSTDIR\uninstall.exe"
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "Uninstall"
  !insertmacro Where
  FindFirst $R0 $R1 "$INSTDIR\app-*"
  ${DoWhile} $R1 != ""
    ${Do}
      !insertmacro IsOpen "$INSTDIR\$R1"
      ${IfNot} ${Errors}
        ${ExitDo}
      ${EndIf}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(IS_OPEN)" /SD IDCANCEL IDRETRY +3
      SetErrorLevel 6
      Quit
    ${Loop}
    FindNext $R0 $R1
  ${Loop}
  FindClose $R0
  ReadRegDWORD $Written SHCTX "${UNINSTALL}" "PolicyWritten"
  FindFirst $R0 $R1 "$INSTDIR\app-*"
  ${DoWhile} $R1 != ""
    RMDir /r /REBOOTOK "$INSTDIR\$R1"
    FindNext $R0 $R1
  ${Loop}
  FindClose $R0
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"   ; only where it is empty: others may have put something there
  RMDir "$LOCALAPPDATA\Programs"
  Delete "$SMPROGRAMS\${TITLE_TURKISH}.lnk"
  Delete "$SMPROGRAMS\${TITLE_ENGLISH}.lnk"
  ${If} $Written == "1"
    Delete "$APPDATA\${POLICY_FOLDER}\policy.toml"
    RMDir "$APPDATA\${POLICY_FOLDER}"
  ${EndIf}
  ; The scheme may have been taken over by somebody else meanwhile.
  ReadRegStr $R0 SHCTX "${LINK}\shell\open\command" ""
  StrLen $R1 '"$INSTDIR\'
  StrCpy $R2 $R0 $R1
  ${If} $R2 == '"$INSTDIR\'
    DeleteRegKey SHCTX "${LINK}"
  ${EndIf}
  DeleteRegKey SHCTX "${UNINSTALL}"
  SetErrorLevel 0
SectionEnd
